import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Columns that a text takes in a terminal: colours none, Korean two each. */
export const widthOf = (text: string): number => stringWidth(text);

/** Spaces after the text up to `columns`. */
export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)));

export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - widthOf(text))) + text;

/** At most `columns`, the cut marked; colours end where they have to. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return columns <= 0 ? '' : `${sliceAnsi(text, 0, columns - 1)}…`;
}

/** Lines of at most `columns`, broken between words where that is possible. Never empty. */
export function wrap(text: string, columns: number): readonly string[] {
  if (widthOf(text) <= columns && !text.includes('\n')) return [text];
  return wrapAnsi(text, Math.max(1, columns), { hard: true }).split('\n');
}
