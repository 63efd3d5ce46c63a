import { join } from 'node:path';
import type { LaneView } from './lane-view.ts';

/** One entry of a file of scrape targets. */
export interface ScrapeTargets {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Configuration of Prometheus (JSON is YAML): the replicas are read from a file that changes with them, the workers
 * from one file each in a folder; `jobs` find those on clusters.
 */
export function prometheusConfig(
  targetsFile: string,
  workerTargets: string,
  jobs: readonly object[],
): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '900ms', evaluation_interval: '10s' },
    scrape_configs: [
      { job_name: 'models', file_sd_configs: [{ files: [targetsFile], refresh_interval: '1s' }] },
      {
        job_name: 'longhaul',
        scrape_interval: '5s',
        scrape_timeout: '5s',
        file_sd_configs: [{ files: [join(workerTargets, '*.json')] }],
      },
      ...jobs,
    ],
  };
}

/** Every ready replica of both arms, under labels that say whose it is. */
export function scrapeTargets(lanes: readonly LaneView[]): readonly ScrapeTargets[] {
  return lanes.flatMap(({ lane, arms }) =>
    arms.flatMap(({ track, arm, endpoints }) =>
      endpoints.map(({ port, index }) => ({
        targets: [`127.0.0.1:${port}`],
        labels: {
          __metrics_path__: arm.serve.metricsPath,
          model: lane.model,
          environment: lane.environment,
          track,
          arm: arm.id,
          version: arm.version,
          release: arm.release,
          replica: String(index),
        },
      })),
    ),
  );
}
