import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { Registry } from 'prom-client';
import type { TaskQueue } from '../../core/ids.ts';
import { workerMetrics } from '../../core/monitoring/worker-metrics.ts';
import { createInstruments } from './instruments.ts';
import type { WorkerInstruments } from './instruments.ts';
import { createReaders } from './readers.ts';

export interface ActivityMetrics {
  readonly registry: Registry;
  readonly instruments: WorkerInstruments;
  readonly interceptor: ActivityInterceptorsFactory;
}

const outcomes = ['completed', 'failed', 'cancelled'] as const;
type Outcome = (typeof outcomes)[number];

/**
 * Counts and times (seconds) what activities do on one queue, and what their results say: each attempt is one. A
 * counter is told as 0 when its activity begins, since Prometheus takes no first value for an increase.
 */
export function createActivityMetrics(queue: TaskQueue): ActivityMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ queue });
  const instruments = createInstruments(workerMetrics, registry);
  const readers = createReaders(instruments);

  const interceptor: ActivityInterceptorsFactory = (context) => ({
    inbound: {
      async execute(input, next) {
        const activity = context.info.activityType;
        const read = (result?: unknown): void => {
          try {
            readers[activity]?.(input.args[0], result);
          } catch (error) {
            context.log.warn('a result is not counted', { activity, error });
          }
        };
        const end = begin(instruments, activity);
        read();
        try {
          const result = await next(input);
          end('completed');
          read(result);
          return result;
        } catch (error) {
          end(error instanceof CancelledFailure ? 'cancelled' : 'failed');
          throw error;
        }
      },
    },
  });
  return { registry, instruments, interceptor };
}

function begin(instruments: WorkerInstruments, activity: string): (outcome: Outcome) => void {
  const { activitiesRunning, activityAttempts, activitySeconds } = instruments;
  const started = performance.now();
  for (const outcome of outcomes) activityAttempts.inc({ activity, outcome }, 0);
  activitiesRunning.inc({ activity });
  return (outcome) => {
    activitiesRunning.dec({ activity });
    activityAttempts.inc({ activity, outcome });
    activitySeconds.observe({ activity, outcome }, (performance.now() - started) / 1000);
  };
}
