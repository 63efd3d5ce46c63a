import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTools } from '../../local/tools.ts';
import { freePort, startProcess } from './process.ts';

export interface ScrapeTarget {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface StartedPrometheus {
  readonly url: string;
  /** Replaces the scraped targets, as a running Prometheus notices by itself. */
  readonly setTargets: (targets: readonly ScrapeTarget[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a real Prometheus that scrapes its targets every 200 ms; it takes up to 5 s to notice changed ones.
 * @param jobs further scrape configurations, with their own ways to find targets
 * @param rules groups of recording rules
 */
export async function startPrometheus(
  targets: readonly ScrapeTarget[],
  job = 'models',
  jobs: readonly object[] = [],
  rules: readonly object[] = [],
): Promise<StartedPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-prometheus-'));
  const targetsFile = join(folder, 'targets.json');
  const setTargets = async (changed: readonly ScrapeTarget[]): Promise<void> => {
    await writeFile(`${targetsFile}.new`, JSON.stringify(changed));
    await rename(`${targetsFile}.new`, targetsFile);
  };
  await setTargets(targets);
  const config = {
    global: { scrape_interval: '200ms', scrape_timeout: '200ms' },
    rule_files: ['rules.yml'],
    scrape_configs: [
      { job_name: job, file_sd_configs: [{ files: [targetsFile], refresh_interval: '1s' }] },
      ...jobs,
    ],
  };
  await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups: rules }));
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startProcess({
    command: findTools().prometheus,
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    ready: `${url}/-/ready`,
  });
  return {
    url,
    setTargets,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
