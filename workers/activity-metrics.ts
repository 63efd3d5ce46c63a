import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface ActivityMetrics {
  readonly registry: Registry;
  readonly interceptor: ActivityInterceptorsFactory;
}

type Outcome = 'completed' | 'failed' | 'cancelled';

/** Counts and times (seconds) what activities do on one queue, by type and outcome: each attempt is one. */
export function createActivityMetrics(queue: string): ActivityMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ queue });
  const attempts = new Counter({
    name: 'longhaul_activity_attempts_total',
    help: 'Attempts of activities that ended, by type and outcome.',
    labelNames: ['activity', 'outcome'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'longhaul_activity_duration_seconds',
    help: 'Wall-clock time of one attempt of an activity.',
    labelNames: ['activity', 'outcome'],
    buckets: [0.05, 0.25, 1, 5, 15, 60, 300, 1800, 7200],
    registers: [registry],
  });
  const running = new Gauge({
    name: 'longhaul_activities_running',
    help: 'Activities that run now.',
    labelNames: ['activity'],
    registers: [registry],
  });

  const interceptor: ActivityInterceptorsFactory = (context) => ({
    inbound: {
      async execute(input, next) {
        const activity = context.info.activityType;
        const started = performance.now();
        const end = (outcome: Outcome): void => {
          running.dec({ activity });
          attempts.inc({ activity, outcome });
          seconds.observe({ activity, outcome }, (performance.now() - started) / 1000);
        };
        running.inc({ activity });
        try {
          const result = await next(input);
          end('completed');
          return result;
        } catch (error) {
          end(error instanceof CancelledFailure ? 'cancelled' : 'failed');
          throw error;
        }
      },
    },
  });
  return { registry, interceptor };
}
