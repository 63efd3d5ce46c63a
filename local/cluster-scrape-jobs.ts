import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubernetesEnvironment } from '../config/cluster-config.ts';
import { isLoopback } from '../config/loopback.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { LonghaulError } from '../core/errors.ts';
import { podScrapeJob } from '../core/monitoring/pod-scrape-job.ts';
import type { HomePaths } from './home.ts';
import { kubeconfigOfContext } from './kubeconfig.ts';
import { writeAtomically } from './supervisor/atomic-file.ts';
import type { StackSettings } from './supervisor/desired-state.ts';

/**
 * For the environments on clusters that have this stack's Prometheus as theirs. Prometheus knows no contexts: for one
 * that is not its file's current one, a kubeconfig of its own is written into the home.
 *
 * @throws LonghaulError InvalidConfig: a context that is in no kubeconfig
 */
export async function clusterScrapeJobs(
  { environments, local }: ServerConfig,
  home: HomePaths,
): Promise<StackSettings['scrapeJobs']> {
  const jobs = Object.entries(environments).map(async ([name, environment]) => {
    if (environment.target !== 'kubernetes' || !isHere(environment.prometheus, local.ports.prometheus))
      return [];
    const kubeconfig = await kubeconfigFor(name, environment, home);
    const { namespace } = environment;
    return [
      podScrapeJob({ environment: name, namespace, ...(kubeconfig === undefined ? {} : { kubeconfig }) }),
    ];
  });
  return (await Promise.all(jobs)).flat();
}

const isHere = (address: string, port: number): boolean =>
  isLoopback(address) && URL.parse(address)?.port === String(port);

/** It holds what the kubeconfig holds, and is no more readable. */
async function kubeconfigFor(
  name: string,
  { context, kubeconfig = defaultKubeconfig() }: KubernetesEnvironment,
  home: HomePaths,
): Promise<string | undefined> {
  if (context === undefined) return kubeconfig;
  if (kubeconfig === undefined || !existsSync(kubeconfig))
    throw new LonghaulError(
      'InvalidConfig',
      `There is no kubeconfig ${kubeconfig ?? ''} with the context “${context}” of ${name}.`,
      { mend: 'Name it in the operator’s file: `kubeconfig` of the environment.' },
    );
  const text = kubeconfigOfContext(await readFile(kubeconfig, 'utf8'), kubeconfig, context);
  if (text === null) return kubeconfig;
  const own = join(home.prometheus, `${name}.kubeconfig`);
  await mkdir(home.prometheus, { recursive: true });
  await writeAtomically(own, text, 0o600);
  return own;
}

/** Where kubectl looks as well. */
function defaultKubeconfig(): string | undefined {
  const [first] = (process.env['KUBECONFIG'] ?? '').split(delimiter);
  return [first, join(homedir(), '.kube', 'config')].find((path) => path !== undefined && existsSync(path));
}
