/** `text` cut to at most `limit` UTF-16 units, never within a character; what is cut off is told by `mark`. */
export function fitted(text: string, limit: number, mark = '…'): string {
  if (text.length <= limit) return text;
  const room = limit - mark.length;
  const last = text.charCodeAt(room - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? room - 1 : room) + mark;
}

/** One line of at most `limit` units. */
export const fittedLine = (text: string, limit: number): string =>
  fitted(text.replaceAll(/\s+/g, ' ').trim(), limit);

/** Under what is cut off of a text that people read as Markdown. */
export const cutOff = '\n\n… (cut here: GitHub takes no more)';
