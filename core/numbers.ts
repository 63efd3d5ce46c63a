/** Numbers for people, the same on every machine. */

/** A share of 1 as percent with three significant digits: `10.4 %`, `1 %`, `0.0413 %`. */
export const formatPercent = (share: number): string => `${trimmed(share * 100)} %`;

/** The same, rounded up at the third digit: a bound must not be told smaller than it is. */
export const formatPercentUp = (share: number): string => {
  const percent = share * 100;
  if (percent <= 0) return '0 %';
  const unit = 10 ** (Math.floor(Math.log10(percent)) - 2);
  return `${trimmed(Math.min(100, Math.ceil(percent / unit - 1e-9) * unit))} %`;
};

/** exp(`logValue`) with three digits, however large: `0.25`, `19.6`, `3.2e5`. */
export const formatFromLog = (logValue: number): string => {
  const exponent = Math.floor(logValue / Math.LN10);
  if (exponent < 4 && exponent > -4) return trimmed(Math.exp(logValue));
  const mantissa = Math.exp(logValue - exponent * Math.LN10);
  return `${Number(mantissa.toPrecision(2))}e${exponent}`;
};

/** A measured value with four significant digits. */
export const formatValue = (value: number): string => String(Number(value.toPrecision(4)));

/** A size with three significant digits, in the unit that leaves the fewest: `512 B`, `1.5 KiB`, `40 GiB`. */
export const formatBytes = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${trimmed(bytes / 1024 ** power)} ${byteUnits[power] ?? ''}`;
};
const byteUnits: readonly string[] = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

const trimmed = (value: number): string => String(Number(value.toPrecision(3)));
