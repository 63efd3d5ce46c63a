/** Sums, maxima and quantiles of facts, and the spans that look back from now. */
import { sample } from './metric.ts';
import type { GaugeSpec, Sample } from './metric.ts';
import { windows } from './record-metrics.ts';
import type { Window } from './record-metrics.ts';

/** Those of the facts that ended in each window before `now` (milliseconds since the epoch). */
export function inWindows<F extends { readonly endedAt: string }>(
  facts: readonly F[],
  now: number,
): readonly (readonly [Window, readonly F[]])[] {
  return Object.entries(windows).map(([window, span]) => [
    window as Window,
    facts.filter(({ endedAt }) => now - Date.parse(endedAt) <= span),
  ]);
}

/** A value and the labels that it counts for. */
export type Part<L extends string> = readonly [labels: Readonly<Record<L, string>>, value: number];

/** The sum of the values for each set of labels. */
export const sums = <L extends string>(
  metric: GaugeSpec<L>,
  parts: readonly Part<NoInfer<L>>[],
): readonly Sample[] =>
  grouped(parts).map(([labels, values]) =>
    sample(
      metric,
      labels,
      values.reduce((sum, value) => sum + value, 0),
    ),
  );

/** The largest value for each set of labels. */
export const highest = <L extends string>(
  metric: GaugeSpec<L>,
  parts: readonly Part<NoInfer<L>>[],
): readonly Sample[] => grouped(parts).map(([labels, values]) => sample(metric, labels, Math.max(...values)));

/** The median and the 90th percentile for each set of labels, told apart by the label `quantile`. */
export const quantiles = <L extends string>(
  metric: GaugeSpec<L | 'quantile'>,
  parts: readonly Part<Exclude<NoInfer<L>, 'quantile'>>[],
): readonly Sample[] =>
  grouped(parts).flatMap(([labels, values]) =>
    [0.5, 0.9].map((quantile) => ({
      metric,
      labels: { ...labels, quantile: String(quantile) },
      value: quantileOf(values, quantile),
    })),
  );

/** The least value that at least the share `quantile` of the values does not exceed; NaN of none. */
export function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? NaN;
}

function grouped<L extends string>(
  parts: readonly Part<L>[],
): readonly (readonly [Readonly<Record<L, string>>, readonly number[]])[] {
  const groups = new Map<string, readonly [Readonly<Record<L, string>>, number[]]>();
  for (const [labels, value] of parts) {
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [labels, [value]]);
    else group[1].push(value);
  }
  return [...groups.values()];
}
