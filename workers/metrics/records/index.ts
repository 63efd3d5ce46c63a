import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { Registry } from 'prom-client';
import type { Sample } from '../../../core/monitoring/metric.ts';
import { recordMetrics } from '../../../core/monitoring/record-metrics.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { createInstruments } from '../instruments.ts';
import type { Scraped } from '../server.ts';
import { createCiReader } from './ci-runs.ts';
import { listExecutions } from './executions.ts';
import { readLanes } from './lanes.ts';
import { readQueues } from './queues.ts';
import { createReleaseReader } from './releases.ts';

/** What was read is good for this long. */
const maxAgeMs = 10_000;
/** A scrape that comes while the reading takes longer gets what was read before. */
const patienceMs = 4_000;

/**
 * The gauges about releases, CI runs, lanes and queues. They are read when Prometheus asks, at most every ten
 * seconds: Temporal says what there is, the store says the rest, and what has ended is read once.
 */
export function createRecordGauges(deps: {
  readonly client: Client;
  readonly store: ArtifactStore;
}): Scraped {
  const registry = new Registry();
  const gauges = createInstruments(recordMetrics, registry);
  const read = createReader(deps);
  let readAt = -Infinity;
  let reading: Promise<void> | null = null;
  let failed = false;

  const readAll = async (): Promise<void> => {
    const now = Date.now();
    const samples = await read(now);
    for (const [key, { name }] of Object.entries(recordMetrics)) {
      const gauge = gauges[key as keyof typeof gauges];
      gauge.reset();
      for (const { metric, labels, value } of samples) if (metric.name === name) gauge.set(labels, value);
    }
    gauges.readAt.set(now / 1000);
    readAt = now;
    failed = false;
  };

  const tell = (error: unknown): void => {
    if (!failed) Runtime.instance().logger.warn('records are not read for metrics', { error });
    failed = true;
  };

  return {
    registry,
    async refresh() {
      if (Date.now() - readAt < maxAgeMs) return;
      reading ??= readAll()
        .catch(tell)
        .finally(() => {
          reading = null;
        });
      await Promise.race([reading, delay(patienceMs, undefined, { ref: false })]);
    },
  };
}

/** Everything that the gauges tell at one moment, in milliseconds since the epoch. */
function createReader({ client, store }: { readonly client: Client; readonly store: ArtifactStore }) {
  const readCiRuns = createCiReader(store);
  const readReleases = createReleaseReader(store);
  return async (now: number): Promise<readonly Sample[]> => {
    const executions = await listExecutions(client, now);
    const samples = await Promise.all([
      readCiRuns(executions, now),
      readReleases(executions, now),
      readLanes(client, executions, now),
      readQueues(client),
    ]);
    return samples.flat();
  };
}
