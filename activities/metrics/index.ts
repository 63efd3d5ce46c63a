import { Context } from '@temporalio/activity';
import type { MetricSource } from '../../core/ports/metric-source.ts';
import type { WatchActivities } from '../contracts.ts';
import { checkMetrics } from './check-metrics.ts';
import { takeLook } from './take-look.ts';

export { createPrometheusSource } from './prometheus.ts';

/** How long a fresh replica's first scrape is waited for: Prometheus takes 5 s to notice it, longer on a busy machine. */
const FIRST_SCRAPE_MS = 60_000;

/** What a watch asks of the metrics. `metricSource` gives the source of an environment, or throws NotPermitted. */
export function createWatchActivities(deps: {
  readonly metricSource: (environment: string) => MetricSource;
  /** Unix milliseconds; the machine's clock by default. */
  readonly now?: () => number;
}): WatchActivities {
  const { metricSource, now = Date.now } = deps;
  return {
    checkMetrics: (input) =>
      checkMetrics(metricSource(input.lane.environment), input, {
        patienceMs: FIRST_SCRAPE_MS,
        onWait: () => {
          Context.current().heartbeat();
        },
      }),
    look: (input) => takeLook(metricSource(input.lane.environment), input, now()),
  };
}
