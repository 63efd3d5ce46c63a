/** How much room values take as JSON in UTF-8: what Temporal's limits count. */

/** Bytes of a value as JSON; 0 for one that JSON leaves out. */
export const jsonBytes = (value: unknown): number => {
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? 0 : textBytes(json);
};

/** Bytes of a text. */
export const textBytes = (text: string): number => {
  let bytes = 0;
  for (const character of text) bytes += utf8Bytes(character);
  return bytes;
};

/**
 * The text, or as much of its beginning as takes at most `bytes` as JSON without its quotes, with `…` in place of the
 * rest. No character is cut through. `bytes`: 3 at least.
 */
export function textWithin(text: string, bytes: number): string {
  if (jsonBytes(text) - 2 <= bytes) return text;
  let size = 0;
  let kept = '';
  for (const character of text) {
    size += jsonBytes(character) - 2;
    if (size > bytes - 3) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Bytes of one character. */
function utf8Bytes(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
