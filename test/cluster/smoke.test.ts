/** The ground that all other tests here stand on: pods run, the real server serves a real model, routes lead to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CoreV1Api } from '@kubernetes/client-node';
import { beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../local/tools.ts';
import { awaitReady } from '../../scripts/cluster/await-ready.ts';
import { apiServer } from './support/api-server.ts';
import { ask } from './support/ask.ts';
import { kubeConfigOf, testCluster } from './support/cluster.ts';
import { startRegistry, trainFlights } from './support/flights-registry.ts';
import { makeNamespace } from './support/namespace.ts';
import { callerHeaders, serveFlights } from './support/serve-flights.ts';

const cluster = testCluster();
const core = kubeConfigOf(cluster).makeApiClient(CoreV1Api);
const [flight] = JSON.parse(
  readFileSync(join(repositoryRoot(), 'examples/flights/tests/performance/flights.json'), 'utf8'),
) as object[];
let host: string;

beforeAll(async () => {
  const [namespace, registry] = await Promise.all([makeNamespace('smoke'), startRegistry()]);
  await trainFlights(registry);
  host = await serveFlights(cluster, namespace.name, registry.trackingUri);
  return async () => {
    await namespace.remove();
    await registry.stop();
  };
});

test('every node is ready', async () => {
  const { items } = await core.listNode();
  const ready = items.map(
    ({ status }) => status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True',
  );
  expect(ready).toEqual(items.map(() => true));
  expect(ready.length).toBeGreaterThan(0);
});

test.each(['gateway', 'gatewayApi'] as const)(
  'the model of the registry predicts in a pod, through the %s',
  async (through) => {
    const predict = () => ask(`${cluster[through]}/predict`, callerHeaders(host), flight);
    await awaitReady('the prediction', 120, async () => {
      const { status, body } = await predict();
      if (status !== 200) throw new Error(`${status} ${body}`);
    });
    const { headers, body } = await predict();
    const { probability, ...rest } = JSON.parse(body) as { readonly probability: number };
    expect(headers['x-model-version']).toBe('1');
    expect(rest).toEqual({ prediction: probability >= 0.5 ? 1 : 0, model_version: '1' });
    expect(probability).toBeGreaterThan(0);
    expect(probability).toBeLessThan(1);
  },
);

test.runIf(cluster.own !== null)(
  'a frozen API server leaves its callers waiting, and answers when it goes on',
  async () => {
    const server = apiServer();
    await server?.pause();
    const asked = core.listNode();
    const first = await Promise.race([asked.then(() => 'an answer'), setTimeout(1_000, 'silence')]);
    await server?.resume();
    expect(first).toBe('silence');
    expect((await asked).items).not.toEqual([]);
  },
);

test.runIf(cluster.own !== null)('the server is not missed while the API server is away', async () => {
  const server = apiServer();
  await server?.stop();
  try {
    await expect(core.listNode()).rejects.toThrow();
    expect((await ask(`${cluster.gateway}/healthz`, { host })).status).toBe(200);
  } finally {
    await server?.start();
  }
  expect((await core.listNode()).items).not.toEqual([]);
});
