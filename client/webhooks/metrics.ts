import { emitterEventNames } from '@octokit/webhooks';
import { Counter, Histogram, Registry } from 'prom-client';
import { webhookMetrics } from '../../core/monitoring/webhook-metrics.ts';
import type { Outcome } from './outcomes.ts';

export interface WebhookMetrics {
  readonly registry: Registry;
  readonly count: (event: string, outcome: Outcome, seconds: number) => void;
}

const known: ReadonlySet<string> = new Set(emitterEventNames);

/** A name that GitHub does not have may be anything, and there may be any number of them. */
export const knownEvent = (name: string): string => (known.has(name) ? name : 'unknown');

export function createWebhookMetrics(): WebhookMetrics {
  const registry = new Registry();
  const { deliveries, answerSeconds } = webhookMetrics;
  const counted = new Counter({
    ...{ name: deliveries.name, help: deliveries.help },
    labelNames: deliveries.labels,
    registers: [registry],
  });
  const timed = new Histogram({
    ...{ name: answerSeconds.name, help: answerSeconds.help, buckets: [...answerSeconds.buckets] },
    labelNames: answerSeconds.labels,
    registers: [registry],
  });
  return {
    registry,
    count: (event, outcome, seconds) => {
      counted.inc({ event, outcome });
      timed.observe({ outcome }, seconds);
    },
  };
}
