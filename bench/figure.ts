import { alignColumns } from '../core/render/markdown.ts';

/** What a benchmark is told: how often, and what decides every choice that chance makes in it. */
export interface BenchOptions {
  readonly runs: number;
  readonly seed: number;
}

/** One figure: what was measured, beside its named peer of the same runs. Values are medians. */
export interface Figure {
  readonly figure: string;
  readonly subject: string;
  readonly peer: string;
  readonly unit: 's' | '1/s';
  readonly value: number;
  readonly peerValue: number;
  readonly ratio: number;
  readonly runs: number;
  readonly seed: number;
}

/** A figure from the values of each run, in the order that they were measured. */
export function figureOf(
  what: Pick<Figure, 'figure' | 'subject' | 'peer' | 'unit'>,
  { seed }: BenchOptions,
  values: readonly number[],
  peerValues: readonly number[],
): Figure {
  const value = median(values);
  const peerValue = median(peerValues);
  return {
    ...what,
    value: rounded(value),
    peerValue: rounded(peerValue),
    ratio: rounded(value / peerValue),
    runs: values.length,
    seed,
  };
}

/** @throws RangeError for no values at all */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing.');
  return (low + high) / 2;
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

export const figureLines = (figures: readonly Figure[]): readonly string[] =>
  alignColumns([
    ['figure', 'value', 'its peer', 'ratio'],
    ...figures.map(({ figure, value, peerValue, unit, ratio }) => [
      figure,
      `${value} ${unit}`,
      `${peerValue} ${unit}`,
      String(ratio),
    ]),
  ]);
