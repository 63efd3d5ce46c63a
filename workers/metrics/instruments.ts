import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CounterSpec, GaugeSpec, HistogramSpec, MetricSpec } from '../../core/monitoring/metric.ts';
import type { workerMetrics } from '../../core/monitoring/worker-metrics.ts';

type Instrument<M extends MetricSpec> =
  M extends CounterSpec<infer L>
    ? Counter<L>
    : M extends GaugeSpec<infer L>
      ? Gauge<L>
      : M extends HistogramSpec<infer L>
        ? Histogram<L>
        : never;

export type Instruments<S extends Readonly<Record<string, MetricSpec>>> = {
  readonly [K in keyof S]: Instrument<S[K]>;
};

export type WorkerInstruments = Instruments<typeof workerMetrics>;

/** What counts each of `specs`, under the same keys, all in `registry`. */
export function createInstruments<S extends Readonly<Record<string, MetricSpec>>>(
  specs: S,
  registry: Registry,
): Instruments<S> {
  const made = Object.entries(specs).map(([key, spec]) => [key, createInstrument(spec, registry)]);
  return Object.fromEntries(made) as Instruments<S>;
}

function createInstrument(spec: MetricSpec, registry: Registry): Counter | Gauge | Histogram {
  const { name, help, labels: labelNames } = spec;
  const options = { name, help, labelNames, registers: [registry] };
  switch (spec.kind) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, buckets: [...spec.buckets] });
  }
}
