/** PromQL over Longhaul's own metrics: a metric or a label that does not exist is a compile error. */
import type { HistogramSpec, MetricSpec } from '../../core/monitoring/metric.ts';

/** Regular expressions by label; Grafana's variables among them. */
type Matchers<L extends string> = Readonly<Partial<Record<L | 'queue', string>>>;

/** The series of a metric: `name{project=~"$project"}`. */
export const series = <L extends string>({ name }: MetricSpec<L>, matchers?: Matchers<NoInfer<L>>): string =>
  named(name, matchers);

/** The buckets of a histogram. */
export const buckets = <L extends string>(
  { name }: HistogramSpec<L>,
  matchers?: Matchers<NoInfer<L>>,
): string => named(`${name}_bucket`, matchers);

/** The series of a metric that is not Longhaul's own; `matchers` as above. */
export const named = (name: string, matchers: object = {}): string =>
  `${name}{${Object.entries(matchers)
    .map(([label, pattern]) => `${label}=~"${String(pattern)}"`)
    .join(', ')}}`;

/** How much a counter went up in each interval of the picture. */
export const increase = (counter: string): string => `increase(${counter}[$__rate_interval])`;

export const perSecond = (counter: string): string => `rate(${counter}[$__rate_interval])`;

/** A quantile over all of the buckets, by labels. */
export const quantile = (share: number, histogram: string, by: string): string =>
  `histogram_quantile(${share}, sum by (le, ${by}) (${perSecond(histogram)}))`;

/** `part` divided by `whole`, also where there is no part: 0 then. Both are sums by the same labels, or by none. */
export const shareOf = (part: string, whole: string): string => `(${part} or ${whole} * 0) / ${whole}`;
