/** Times for people, the same on every machine and in every locale. */

const units: readonly (readonly [letter: string, seconds: number, modulus: number])[] = [
  ['d', 86_400, Infinity],
  ['h', 3_600, 24],
  ['m', 60, 60],
  ['s', 1, 60],
];

/** A duration in its two largest units: `420 ms`, `9.5 s`, `1 m 05 s`, `2 h 00 m`, `3 d 04 h`. */
export const formatDuration = (milliseconds: number): string => {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 10_000) return `${Math.floor(ms / 100) / 10} s`;
  const seconds = Math.floor(ms / 1_000);
  const largest = units.findIndex(([, size]) => seconds >= size);
  return units
    .slice(largest, largest + 2)
    .map(([letter, size, modulus], index) => {
      const amount = String(Math.floor(seconds / size) % modulus);
      return `${index === 0 ? amount : amount.padStart(2, '0')} ${letter}`;
    })
    .join(' ');
};

/** A time that still runs, in whole seconds, so that it counts as a clock does. */
export const formatElapsed = (milliseconds: number): string =>
  formatDuration(Math.max(1, Math.floor(milliseconds / 1_000)) * 1_000);

/** The milliseconds between two ISO times. */
export const millisecondsBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

/** An ISO time as `2026-11-23 14:05:09` (UTC), for tables; what is no ISO time is left as it is. */
export const formatTime = (iso: string): string =>
  iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d).*$/, '$1 $2');

/** The clock alone of an ISO time: `14:05:09` (UTC). */
export const formatClock = (iso: string): string => formatTime(iso).slice(-8);
