import { rm } from 'node:fs/promises';
import type { MetricsExporterConfig } from '@temporalio/worker';
import type { TaskQueue } from '../../core/ids.ts';
import type { ScrapeTargets } from '../../local/prometheus.ts';
import { writeAtomically } from '../../local/supervisor/atomic-file.ts';
import { freePort } from '../../local/supervisor/ports.ts';
import type { WorkerSettings } from '../settings.ts';
import { serveMetrics } from './server.ts';
import type { Scraped } from './server.ts';

export interface PublishedMetrics {
  readonly stop: () => Promise<void>;
}

/** The port that the SDK is to serve its metrics on; null when it is not to. */
export async function sdkMetricsPort({ sdkMetricsPort: port }: WorkerSettings): Promise<number | null> {
  if (port === 0) return null;
  return port === 'auto' ? freePort() : port;
}

/** Metrics of Temporal's SDK with units in their names, in seconds, and told apart by the worker's queue. */
export const sdkMetrics = (queue: TaskQueue, port: number): MetricsExporterConfig => ({
  globalTags: { queue },
  prometheus: {
    bindAddress: `127.0.0.1:${port}`,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
  },
});

/**
 * Serves metrics and tells Prometheus where, as the settings say. The file with the targets goes when
 * the worker ends; after a kill it stays, and Prometheus shows the worker as down.
 * @throws LonghaulError Conflict when the port is taken
 */
export async function publishMetrics(
  { metricsPort, metricsTargets }: WorkerSettings,
  sdkPort: number | null,
  scraped: readonly Scraped[],
): Promise<PublishedMetrics> {
  const server =
    metricsPort === 0 ? null : await serveMetrics(scraped, metricsPort === 'auto' ? 0 : metricsPort);
  const ports = [server?.port, sdkPort].filter((port) => typeof port === 'number');
  if (metricsTargets !== undefined) await writeTargets(metricsTargets, ports);
  return {
    async stop() {
      server?.close();
      if (metricsTargets !== undefined) await rm(metricsTargets, { force: true });
    },
  };
}

async function writeTargets(file: string, ports: readonly number[]): Promise<void> {
  const targets: readonly ScrapeTargets[] = [
    { targets: ports.map((port) => `127.0.0.1:${port}`), labels: {} },
  ];
  await writeAtomically(file, JSON.stringify(targets));
}
