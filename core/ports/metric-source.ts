import type { LaneRef } from '../ids.ts';
import type { ServedMetrics } from '../release.ts';
import type { Counts } from '../watch.ts';

export interface CountQuery {
  readonly lane: LaneRef;
  readonly armId: string;
  readonly metrics: ServedMetrics;
  /** ISO times; the window is (from, to]. */
  readonly from: string;
  readonly to: string;
  /** Latency threshold in seconds; has to be an edge of the histogram. */
  readonly slowerThanSeconds?: number;
}

/** Counts over a window from raw samples. `samples` 0 means no data, which is not the same as no requests. */
export interface CountAnswer {
  readonly counts: Counts;
  readonly samples: number;
  readonly queries: readonly string[];
}

export interface MetricSource {
  /** Requests that chose the candidate by header are left out. @throws Unreachable */
  counts(query: CountQuery): Promise<CountAnswer>;
  /** Edges of the latency histogram, in seconds, ascending; empty when the series does not exist. */
  latencyEdges(lane: LaneRef, armId: string, metrics: ServedMetrics): Promise<readonly number[]>;
}
