/** Durations as people write them: `500ms`, `2s`, `10m`, `6h`, `7d`, `1.5h`. */

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMs;

/** The form of a duration, for editors. */
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Whole milliseconds of a duration such as `10m`; null when `text` is none. */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = durationPattern.exec(text) ?? [];
  return amount === undefined || unit === undefined
    ? null
    : Math.round(Number(amount) * unitMs[unit as Unit]);
}

/** The shortest way to write whole milliseconds so that {@link parseDuration} gives them back: 600000 is `10m`. */
export function writeDuration(milliseconds: number): string {
  const units = Object.entries(unitMs).reverse();
  const [unit, size] = units.find(([, ms]) => milliseconds >= ms && milliseconds % ms === 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}
