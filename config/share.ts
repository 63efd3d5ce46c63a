/** The form of a percentage, for editors: `1 %`, `0.5%`. */
export const percentPattern = /^(\d+(?:\.\d+)?) ?%$/;

/** A share from a percentage (`1 %` is 0.01) or from a number (0.01); null when `written` is neither. */
export function parseShare(written: string | number): number | null {
  if (typeof written === 'number') return written;
  const amount = percentPattern.exec(written)?.[1];
  return amount === undefined ? null : Number(amount) / 100;
}
