import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverConfigSchema } from '../../config/server-config.ts';
import { clusterScrapeJobs } from '../../local/cluster-scrape-jobs.ts';
import { homePaths } from '../../local/home.ts';
import type { HomePaths } from '../../local/home.ts';
import { json, scriptedServer } from '../k8s/support/api-server.ts';
import { startPrometheus } from '../servers/prometheus.ts';

let home: HomePaths;
beforeAll(async () => {
  home = homePaths(await mkdtemp(join(tmpdir(), 'longhaul-scrape-')));
});
afterAll(() => rm(home.root, { recursive: true }));

const jobsOf = (kubeconfig: string, context?: string) =>
  clusterScrapeJobs(
    serverConfigSchema.parse({
      version: 1,
      mlflow: { trackingUri: 'http://127.0.0.1:5000' },
      local: { ports: { prometheus: 9090 } },
      environments: {
        production: {
          ...{ target: 'kubernetes', kubeconfig, context, namespace: 'models' },
          ...{ baseUrl: 'http://users.test', prometheus: 'http://127.0.0.1:9090' },
        },
        elsewhere: {
          ...{ target: 'kubernetes', namespace: 'models' },
          ...{ baseUrl: 'http://users.test', prometheus: 'http://prometheus.test:9090' },
        },
      },
    }),
    home,
  );

/** Two clusters in one file, whose current context is the other one; a token would be in a file beside it. */
async function twoClusters(folder: string, one: number, other: number): Promise<string> {
  const cluster = (port: number) => ({ server: `http://127.0.0.1:${port}` });
  const path = join(folder, 'both');
  await writeFile(
    path,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'other' },
      clusters: [
        { name: 'one', cluster: cluster(one) },
        { name: 'other', cluster: cluster(other) },
      ],
      users: [{ name: 'me', user: { tokenFile: 'token' } }],
      contexts: ['one', 'other'].map((name) => ({ name, context: { cluster: name, user: 'me' } })),
    }),
  );
  return path;
}

test('Prometheus asks the cluster of the environment’s context for its pods, whichever is the current one', async () => {
  const asked: string[] = [];
  let tell: (from: string) => void;
  const first = new Promise<string>((resolve) => (tell = resolve));
  await using one = await scriptedServer(({ url = '' }, response) => {
    asked.push(`one ${url.split('?')[0] ?? ''}`);
    json(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [] });
    tell('one');
  });
  await using other = await scriptedServer((_, response) => {
    asked.push('other');
    json(response, 403, {});
    tell('other');
  });
  const kubeconfig = await twoClusters(one.folder, one.port, other.port);
  const jobs = await jobsOf(kubeconfig, 'one');
  const prometheus = await startPrometheus([], 'none', jobs);
  try {
    expect(await first).toBe('one');
  } finally {
    await prometheus.stop();
  }
  expect(asked[0]).toBe('one /api/v1/namespaces/models/pods');
  expect(asked).not.toContain('other');
  const own = join(home.prometheus, 'production.kubeconfig');
  expect((await stat(own)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(own, 'utf8'))).toMatchObject({
    users: [{ user: { tokenFile: join(one.folder, 'token') } }],
  });
});

test('a kubeconfig that leads there by itself is taken as it is; one without the context is refused', async () => {
  await using server = await scriptedServer(() => undefined);
  const kubeconfig = await twoClusters(server.folder, server.port, server.port);
  for (const jobs of [await jobsOf(kubeconfig), await jobsOf(kubeconfig, 'other')])
    expect(jobs).toMatchObject([{ kubernetes_sd_configs: [{ kubeconfig_file: kubeconfig }] }]);
  await expect(jobsOf(kubeconfig, 'third')).rejects.toThrow(
    `There is no context “third” in ${kubeconfig}. Set \`context\` of the environment to one of: one, other.`,
  );
  await expect(jobsOf(join(server.folder, 'none'), 'one')).rejects.toThrow('There is no kubeconfig');
});
