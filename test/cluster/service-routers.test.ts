/** A lane's traffic split without a mesh: by the Service's selector and its ready endpoints. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { keys, laneLabels, podSelector, slotSelector } from '../../k8s/names.ts';
import { createColourRouter } from '../../k8s/routers/service/colour-router.ts';
import { createReplicaShareRouter } from '../../k8s/routers/service/replica-share-router.ts';
import { askHttp, awaitReady } from '../../scripts/cluster/await-ready.ts';
import { armServers, awaitServers, plainService } from './support/arm-servers.ts';
import { awaitAnswers, countAnswers, load, observedShare } from './support/answers.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { otherWriter } from './support/other-writer.ts';

const { kubeconfig, context, gatewayApi, gatewayName, own } = testCluster();
const lane = { model: 'router-test', environment: 'production' };

/** Address and headers of a request. */
type Way = readonly [address: string, headers: Readonly<Record<string, string>>];

let namespace: TestNamespace;
let cluster: Cluster;
/** Header of requests to a Service of this file, by the Gateway that routes it. */
const host = (service: string) => ({ host: `${service}.${namespace.name}.test` });

beforeAll(async () => {
  namespace = await makeNamespace('service-routers');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  const track = (slot: string) => ({ [keys.track]: slot });
  const colour = (slot: string) => ({ [keys.colour]: slot });
  const marks = (slot: string) => ({ ...laneLabels(lane), ...track(slot) });
  const made = [
    armServers('share', { name: 'share', labels: track('stable'), replicas: 3 }),
    armServers('share', { name: 'share-candidate', labels: track('candidate'), replicas: 1 }),
    armServers('colour', {
      name: 'colour-blue',
      labels: colour('blue'),
      marks: marks('stable'),
      replicas: 1,
    }),
    armServers('colour', {
      name: 'colour-green',
      labels: colour('green'),
      marks: marks('candidate'),
      replicas: 1,
    }),
  ];
  for (const deployment of made) await cluster.create(deployment);
  await awaitServers(
    cluster,
    made.map(({ metadata }) => metadata.name),
  );
});

afterAll(() => namespace.remove());

/** A route to a plain Service: its endpoints decide. */
const routeTo = async (service: string): Promise<void> => {
  const [parentNamespace, parentName] = gatewayName.split('/');
  await cluster.create({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: service },
    spec: {
      parentRefs: [{ namespace: parentNamespace, name: parentName }],
      hostnames: [host(service).host],
      rules: [{ backendRefs: [{ name: service, port: 80 }] }],
    },
  });
};

describe('shares of replicas', () => {
  const router = () => createReplicaShareRouter({ cluster, service: 'share' });

  beforeAll(async () => {
    await cluster.create(plainService('share', podSelector('share')));
    await routeTo('share');
    await router().prepare(lane);
    await awaitAnswers(gatewayApi, host('share'), 'share');
  });

  test('split as the replicas are, and say so', async () => {
    await router().set(lane, { weight: 5, arm: 'v2' });
    expect(await router().get(lane)).toBe(25);
    expect(await router().warnings(lane, 5)).toEqual([
      expect.stringContaining('5 % was asked for; 1 of 4 replicas gives 25 %.'),
    ]);
    await awaitAnswered(host('share'), 'share-candidate');
    const share = await observedShare(gatewayApi, host('share'), 'share-candidate');
    expect(Math.abs(share - 25)).toBeLessThanOrEqual(2);
  });

  test('give one arm all without a failed request', async () => {
    const users = load(gatewayApi, host('share'));
    await router().set(lane, { weight: 100, arm: 'v2' });
    await awaitAnswers(gatewayApi, host('share'), 'share-candidate');
    await router().set(lane, { weight: 0, arm: null });
    await awaitAnswers(gatewayApi, host('share'), 'share');
    expect(Object.keys(await users.stop()).sort()).toEqual(['share', 'share-candidate']);
    expect(await router().get(lane)).toBe(0);
  });
});

describe('colours', () => {
  const router = () => createColourRouter({ cluster, service: 'colour' });
  let before: readonly Manifest[];

  beforeAll(async () => {
    await cluster.create(plainService('colour', slotSelector('colour', 'blue')));
    await routeTo('colour');
    before = [await service()];
    await router().prepare(lane);
    await awaitAnswers(gatewayApi, host('colour'), 'colour-blue');
  });
  const service = async (name = 'colour'): Promise<Manifest> => {
    const found = await cluster.get({ apiVersion: 'v1', kind: 'Service', name });
    if (found === null) throw new Error(`There is no Service ${name}.`);
    return found;
  };

  /** By the Gateway, and, where this machine reaches it, over new connections to the Service's own address. */
  const ways = async (): Promise<readonly Way[]> => {
    const byGateway: Way = [gatewayApi, host('colour')];
    if (own === null) return [byGateway];
    const { clusterIP } = (await service())['spec'] as { readonly clusterIP: string };
    await awaitReady('the Service’s address', 15, () => askHttp(`http://${clusterIP}`));
    return [byGateway, [`http://${clusterIP}`, { connection: 'close' }]];
  };

  test('switch and switch back under load without a failed request, and the preview shows the other', async () => {
    const preview = async () => (await service('colour-preview'))['spec'];
    expect(await preview()).toMatchObject({ selector: slotSelector('colour', 'green') });
    const users = (await ways()).map((way) => ({ way, load: load(...way) }));
    for (const [weight, colour, other] of [
      [100, 'green', 'blue'],
      [0, 'blue', 'green'],
      [100, 'green', 'blue'],
      [0, 'blue', 'green'],
    ] as const) {
      await router().set(lane, { weight, arm: 'v2' });
      expect(await router().get(lane)).toBe(weight);
      expect(await preview()).toMatchObject({ selector: slotSelector('colour', other) });
      for (const { way } of users) await awaitAnswers(...way, `colour-${colour}`);
    }
    for (const user of users) {
      const counts = await user.load.stop();
      expect(Object.keys(counts).sort()).toEqual(['colour-blue', 'colour-green']);
      expect(Math.min(...Object.values(counts))).toBeGreaterThan(50);
    }
  });

  test('a selector that somebody else has set is told', async () => {
    await otherWriter(namespace.name, 'kubectl-patch')(
      { apiVersion: 'v1', kind: 'Service', name: 'colour' },
      { spec: { selector: slotSelector('colour', 'green') } },
    );
    await expect(router().set(lane, { weight: 100, arm: 'v2' })).rejects.toMatchObject({
      type: 'Conflict',
      message: expect.stringMatching(
        /now selects longhaul.dev\/colour: green, written by kubectl-patch/,
      ) as string,
    });
    expect(await router().restore(lane, before)).toEqual([]);
    expect((await service())['spec']).toEqual(before[0]?.['spec']);
    expect((await service()).metadata.annotations).toBeUndefined();
  });

  test('are never given a part of the traffic', async () => {
    await expect(router().set(lane, { weight: 25, arm: 'v2' })).rejects.toMatchObject({ type: 'Rejected' });
  });
});

/** Resolves once the arm is among those that answer. */
async function awaitAnswered(headers: Readonly<Record<string, string>>, arm: string): Promise<void> {
  const end = Date.now() + 15_000;
  while ((await countAnswers(gatewayApi, headers, 50))[arm] === undefined) {
    if (Date.now() > end) throw new Error(`${arm} does not answer.`);
    await pause(50);
  }
}
