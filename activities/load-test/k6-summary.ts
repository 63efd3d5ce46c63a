import { z } from 'zod';
import { jsonOrNull } from '../json.ts';

/** What k6 measured. `p95Ms` and `errorRate` are 0 when there were no requests. */
export interface K6Figures {
  readonly requests: number;
  readonly p95Ms: number;
  /** Share of failed requests: the script's own rate `errors` where it has one. */
  readonly errorRate: number;
  /** The script's own thresholds that did not hold, such as `http_req_duration p(95)<500`. */
  readonly crossed: readonly string[];
}

const metric = z.looseObject({
  count: z.number().optional(),
  value: z.number().optional(),
  'p(95)': z.number().optional(),
  /** True where the threshold did not hold. */
  thresholds: z.record(z.string(), z.boolean()).default({}),
});
const summary = z.object({ metrics: z.record(z.string(), metric) });
type Metrics = z.output<typeof summary>['metrics'];

/** Reads what `--summary-export` left; null when that is no summary. */
export function readK6Summary(json: string): K6Figures | null {
  const parsed = summary.safeParse(jsonOrNull(json));
  if (!parsed.success) return null;
  const { metrics } = parsed.data;
  return {
    requests: metrics['http_reqs']?.count ?? 0,
    p95Ms: metrics['http_req_duration']?.['p(95)'] ?? 0,
    errorRate: errorRateOf(metrics),
    crossed: Object.entries(metrics).flatMap(([name, { thresholds }]) =>
      Object.entries(thresholds).flatMap(([threshold, isCrossed]) =>
        isCrossed ? [`${name} ${threshold}`] : [],
      ),
    ),
  };
}

/** Without a rate of its own, what the script failed by: requests that failed, or checks that did not hold. */
function errorRateOf(metrics: Metrics): number {
  const own = metrics['errors']?.value;
  if (own !== undefined) return own;
  const checksFailed = 1 - (metrics['checks']?.value ?? 1);
  return Math.max(metrics['http_req_failed']?.value ?? 0, checksFailed);
}
