/** What failures are told by is in the end of what a command printed. */
const longest = 64 * 1024;

/** Keeps the last 64 KiB of a text that comes in pieces. */
export function outputTail(): { readonly add: (text: string) => void; readonly text: () => string } {
  let kept = '';
  return {
    add(text) {
      kept = (kept + text).slice(-longest);
    },
    text: () => withoutColours(kept),
  };
}

/** The text without what a terminal takes for colours and moves of its cursor. */
export function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- colours of a terminal begin with a control character
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}
