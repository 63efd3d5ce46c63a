/** What a metric is called, what it says, and by what it is told apart. */
interface Spec<L extends string> {
  readonly name: string;
  readonly help: string;
  /** Bounded: projects, steps, states; never a commit or a run. */
  readonly labels: readonly L[];
}

/** Counts up from 0 at the start of a process. */
export interface CounterSpec<L extends string = string> extends Spec<L> {
  readonly kind: 'counter';
}

export interface GaugeSpec<L extends string = string> extends Spec<L> {
  readonly kind: 'gauge';
}

/** Seconds, counted by the upper edges of buckets. */
export interface HistogramSpec<L extends string = string> extends Spec<L> {
  readonly kind: 'histogram';
  readonly buckets: readonly number[];
}

export type MetricSpec<L extends string = string> = CounterSpec<L> | GaugeSpec<L> | HistogramSpec<L>;

export const counter = <const L extends string>(
  name: string,
  labels: readonly L[],
  help: string,
): CounterSpec<L> => ({ kind: 'counter', name, help, labels });

export const gauge = <const L extends string>(
  name: string,
  labels: readonly L[],
  help: string,
): GaugeSpec<L> => ({ kind: 'gauge', name, help, labels });

export const histogram = <const L extends string>(
  name: string,
  labels: readonly L[],
  help: string,
  buckets: readonly number[],
): HistogramSpec<L> => ({ kind: 'histogram', name, help, labels, buckets });

/** One value of a gauge at one moment. */
export interface Sample {
  readonly metric: GaugeSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A sample with all of the metric's labels and no others. */
export const sample = <L extends string>(
  metric: GaugeSpec<L>,
  labels: Readonly<Record<NoInfer<L>, string>>,
  value: number,
): Sample => ({ metric, labels, value });
