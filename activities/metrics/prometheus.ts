import { LonghaulError } from '../../core/errors.ts';
import type { CountAnswer, CountQuery, MetricSource } from '../../core/ports/metric-source.ts';
import { increase, samplesIn } from '../../core/sli.ts';
import { createPrometheusHttp } from './prometheus-http.ts';
import type { LabelledSeries, PrometheusHttp } from './prometheus-http.ts';
import { countersOf, restartsOf } from './replicas.ts';
import { ofArm, samplesUntil, withoutChosen } from './selectors.ts';

/**
 * Whole counts from Prometheus' raw samples: what the scrapes in (from, to] show beyond those before. A scrape is
 * never in step with the clock, so the newest requests are counted by the next window; windows that touch add up.
 * A sample that is stored after its window was counted is lost, so `to` has to be older than a scrape takes.
 */
export function createPrometheusSource(options: {
  /** Such as `http://127.0.0.1:9090`. */
  readonly url: string;
  /** Milliseconds per query; 5 s by default. */
  readonly timeoutMs?: number;
}): MetricSource {
  const http = createPrometheusHttp(options.url, options.timeoutMs ?? 5_000);
  return {
    counts: (query) => counts(http, query),
    async latencyEdges(lane, armId, metrics) {
      const buckets = ofArm(`${metrics.latency}_bucket`, lane, armId);
      return edgesOf(await http.labels(`group by (le) (${buckets})`));
    },
  };
}

async function counts(http: PrometheusHttp, query: CountQuery): Promise<CountAnswer> {
  const { metrics, slowerThanSeconds: threshold } = query;
  const window = { from: Date.parse(query.from) / 1_000, to: Date.parse(query.to) / 1_000 };
  const arm = (metric: string): string => ofArm(metric, query.lane, query.armId);
  const judged = (metric: string): string => samplesUntil(withoutChosen(arm(metric)), window);

  const queries = [judged(metrics.requests), judged(metrics.errors), samplesUntil(arm(START_TIME), window)];
  if (threshold !== undefined) queries.push(judged(`${metrics.latency}_bucket`));
  const answers = await Promise.all(queries.map((one) => http.matrix(one)));
  const [requests = [], errors = [], startTimes = [], buckets = []] = answers;

  const restarts = restartsOf([...requests, ...errors, ...buckets], startTimes);
  const counted = (series: readonly LabelledSeries[]): number =>
    increase(countersOf(series, restarts), window);
  const samples = samplesIn(countersOf(requests, restarts), window);
  if (samples === 0) return { counts: { total: 0, errors: 0, slow: 0 }, samples, queries };
  if (errors.length === 0) throw missing(http, metrics.errors, query);
  if (threshold !== undefined) checkEdge(http, threshold, buckets, query);
  const within = (edge: number): number => counted(buckets.filter(({ labels }) => edgeOf(labels) === edge));
  return {
    counts: {
      total: counted(requests),
      errors: counted(errors),
      slow: threshold === undefined ? 0 : Math.max(0, within(Infinity) - within(threshold)),
    },
    samples,
    queries,
  };
}

/** What every Prometheus client exports of its process, where the system tells it. */
const START_TIME = 'process_start_time_seconds';

function checkEdge(
  http: PrometheusHttp,
  threshold: number,
  buckets: readonly LabelledSeries[],
  query: CountQuery,
): void {
  if (buckets.length === 0) throw missing(http, `${query.metrics.latency}_bucket`, query);
  const edges = edgesOf(buckets.map(({ labels }) => labels));
  if (!edges.includes(threshold)) throw missingEdge(query.metrics.latency, threshold, edges);
}

/** `0.5`, `0.50` and `5e-1` are one edge. */
const edgeOf = (labels: LabelledSeries['labels']): number =>
  labels['le'] === '+Inf' ? Infinity : Number(labels['le'] ?? NaN);

const edgesOf = (labelled: readonly LabelledSeries['labels'][]): readonly number[] =>
  [...new Set(labelled.map(edgeOf))].filter(Number.isFinite).sort((one, other) => one - other);

const missing = (http: PrometheusHttp, metric: string, query: CountQuery): LonghaulError =>
  new LonghaulError(
    'Rejected',
    `Prometheus at ${http.url} has no series ${ofArm(metric, query.lane, query.armId)}, though its requests are counted.`,
    {
      mend: `Let the server export ${metric} from its start, at 0, or name another one in \`metrics\` of longhaul.yaml.`,
    },
  );

/** What is told of a limit that the histogram cannot be asked about. */
export const missingEdge = (latency: string, threshold: number, edges: readonly number[]): LonghaulError =>
  new LonghaulError(
    'Rejected',
    `The histogram ${latency} has no edge at ${threshold} s, a latency limit of the release; it has ${edges.join(', ')}.`,
    {
      mend: `Add ${threshold} to the buckets of ${latency} in the server, or set the limit in longhaul.yaml to an edge.`,
    },
  );
