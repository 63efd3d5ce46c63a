import type { Sample, Series } from '../../core/sli.ts';
import type { LabelledSeries } from './prometheus-http.ts';

/** Labels that a running process may change: the track does when its arm is promoted. */
const MOVING_LABELS: ReadonlySet<string> = new Set(['track']);

/** Times, in Unix seconds, of the first sample after each restart, by replica. */
export type Restarts = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * A replica was restarted where any of its counters fell, or where its start time is another: its other counters may
 * have grown past their old value between two scrapes and do not show it.
 */
export function restartsOf(
  counters: readonly LabelledSeries[],
  startTimes: readonly LabelledSeries[],
): Restarts {
  const restarts = new Map<string, Set<number>>();
  const note = (series: readonly LabelledSeries[], isRestart: (value: number, before: number) => boolean) => {
    for (const { labels, samples } of onePerProcess(series)) {
      const seen = restarts.get(replicaOf(labels)) ?? new Set();
      restarts.set(replicaOf(labels), seen);
      for (const [index, [seconds, value]] of samples.entries()) {
        const before = samples[index - 1]?.[1];
        if (before !== undefined && isRestart(value, before)) seen.add(seconds);
      }
    }
  };
  note(counters, (value, before) => value < before);
  note(startTimes, (value, before) => value !== before);
  return restarts;
}

/**
 * Counters that count from zero, one for each life of a process. A process whose label moved shows as two series, one
 * that ends and one that seems born with all its counts; they are put together first.
 */
export function countersOf(series: readonly LabelledSeries[], restarts: Restarts): readonly Series[] {
  return onePerProcess(series).flatMap(({ labels, samples }) => {
    const restarted = restarts.get(replicaOf(labels));
    const starts = [...samples.keys()].filter((index) => restarted?.has(samples[index]?.[0] ?? NaN));
    return [0, ...starts].map((start, life) => samples.slice(start, starts[life]));
  });
}

function onePerProcess(series: readonly LabelledSeries[]): readonly LabelledSeries[] {
  const parts = Map.groupBy(series, ({ labels }) => identity(labels));
  return [...parts.values()].map((own) => ({
    labels: own[0]?.labels ?? {},
    samples: inOrderOfTime(own.flatMap(({ samples }) => samples)),
  }));
}

/** Prometheus names each scraped address by the label `instance`. */
const replicaOf = (labels: LabelledSeries['labels']): string => labels['instance'] ?? '';

const identity = (labels: LabelledSeries['labels']): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => !MOVING_LABELS.has(name))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** Two parts may share an instant where one took over from the other. */
const inOrderOfTime = (samples: readonly Sample[]): Series =>
  samples
    .toSorted(([one], [other]) => one - other)
    .filter(([seconds], index, sorted) => seconds !== sorted[index - 1]?.[0]);
