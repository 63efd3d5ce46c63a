/** The four ways to split a lane's traffic, through the real Envoy and the cluster's own Services. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest, ObjectRef } from '../../k8s/api/cluster.ts';
import { keys, laneLabels, podSelector, slotSelector } from '../../k8s/names.ts';
import { createGatewayRouter } from '../../k8s/routers/gateway/gateway-router.ts';
import { createIstioRouter } from '../../k8s/routers/istio/istio-router.ts';
import { createColourRouter } from '../../k8s/routers/service/colour-router.ts';
import { createReplicaShareRouter } from '../../k8s/routers/service/replica-share-router.ts';
import { askHttp, awaitReady } from '../../scripts/cluster/await-ready.ts';
import { armServers, awaitServers, plainService } from './support/arm-servers.ts';
import { awaitAnswers, countAnswers, load, observedShare } from './support/answers.ts';
import { testCluster } from './support/cluster.ts';
import { awaitWeightInEnvoy } from './support/envoy-weights.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { otherWriter } from './support/other-writer.ts';

const { kubeconfig, context, gateway, gatewayApi, gatewayName, own } = testCluster();
const lane = { model: 'router-test', environment: 'production' };
const tester = { canary: 'true' };

/** Address and headers of a request. */
type Way = readonly [address: string, headers: Readonly<Record<string, string>>];

let namespace: TestNamespace;
let cluster: Cluster;
/** Header of requests to a Service of this file, by the Gateway that routes it. */
const host = (service: string) => ({ host: `${service}.${namespace.name}.test` });

beforeAll(async () => {
  namespace = await makeNamespace('routers');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  const track = (slot: string) => ({ [keys.track]: slot });
  const colour = (slot: string) => ({ [keys.colour]: slot });
  const labels = laneLabels(lane);
  const made = [
    armServers('mesh', { name: 'mesh', labels: track('stable'), replicas: 1 }),
    armServers('mesh', { name: 'mesh-candidate', labels: track('candidate'), replicas: 1 }),
    armServers('share', { name: 'share', labels: track('stable'), replicas: 3 }),
    armServers('share', { name: 'share-candidate', labels: track('candidate'), replicas: 1 }),
    armServers('colour', { name: 'colour-blue', labels: colour('blue'), replicas: 1 }),
    armServers('colour', { name: 'colour-green', labels: colour('green'), replicas: 1 }),
  ];
  for (const deployment of made) await cluster.create(deployment);
  await cluster.create(plainService('mesh', podSelector('mesh')));
  await awaitServers(
    cluster,
    made.map(({ metadata }) => metadata.name),
  );
  for (const [name, slot] of [
    ['colour-blue', 'stable'],
    ['colour-green', 'candidate'],
  ] as const)
    await otherWriter(namespace.name, 'test')(
      { apiVersion: 'apps/v1', kind: 'Deployment', name },
      { metadata: { labels: { ...labels, ...track(slot) } } },
    );
});

afterAll(() => namespace.remove());

/** What a snapshot keeps of an object: what its owner says, not what the server adds. */
const ownersPart = ({ spec, metadata }: Manifest) => ({ spec, annotations: metadata.annotations });

describe('Istio', () => {
  const ref = (kind: string): ObjectRef => ({ apiVersion: 'networking.istio.io/v1', kind, name: 'mesh' });
  const router = () =>
    createIstioRouter({
      cluster,
      service: 'mesh',
      traffic: { kind: 'istio', gateways: [], virtualService: 'mesh' },
    });
  const read = async (kind: string): Promise<Manifest> => {
    const found = await cluster.get(ref(kind));
    if (found === null) throw new Error(`There is no ${kind}.`);
    return found;
  };
  let before: readonly Manifest[];

  beforeAll(async () => {
    const to = { destination: { host: `mesh.${namespace.name}.svc.cluster.local`, port: { number: 80 } } };
    await cluster.create({
      ...ref('VirtualService'),
      metadata: { name: 'mesh', annotations: { team: 'ranking' } },
      spec: {
        hosts: [host('mesh').host],
        gateways: [gatewayName],
        http: [
          { name: 'old', match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/' } },
          { name: 'model', timeout: '7s', retries: { attempts: 0 }, route: [to] },
        ],
      },
    });
    await cluster.create({
      ...ref('DestinationRule'),
      metadata: { name: 'mesh' },
      spec: {
        host: 'mesh',
        trafficPolicy: { tls: { mode: 'DISABLE' } },
        subsets: [{ name: 'mine', labels: { who: 'me' } }],
      },
    });
    before = await Promise.all((await router().touches(lane)).map(({ kind }) => read(kind)));
    await router().prepare(lane);
    await router().prepare(lane);
  });

  test('a candidate without traffic is reached by the header alone', async () => {
    expect(await router().set(lane, { weight: 0, arm: 'v2' })).toEqual([]);
    await awaitAnswers(gateway, { ...host('mesh'), ...tester }, 'mesh-candidate');
    expect(await countAnswers(gateway, { ...host('mesh'), ...tester }, 200)).toEqual({
      'mesh-candidate': 200,
    });
    expect(await countAnswers(gateway, host('mesh'), 200)).toEqual({ mesh: 200 });
  });

  test.each([5, 25, 50])(
    'at a weight of %i the candidate gets that much of 2,000 requests, within 2 points',
    async (weight) => {
      await router().set(lane, { weight, arm: 'v2' });
      expect(await router().get(lane)).toBe(weight);
      await awaitWeightInEnvoy(namespace.name, '|candidate|', weight);
      const share = await observedShare(gateway, host('mesh'), { name: 'mesh-candidate', expected: weight });
      expect(Math.abs(share - weight)).toBeLessThanOrEqual(2);
    },
  );

  test('the users’ own rules, timeouts and subsets stand as they were', async () => {
    expect(await read('VirtualService')).toMatchObject({
      metadata: { annotations: { team: 'ranking' } },
      spec: {
        http: [
          { name: 'old', redirect: { uri: '/' } },
          { name: 'longhaul-candidate', timeout: '7s' },
          { name: 'model', timeout: '7s', retries: { attempts: 0 } },
        ],
      },
    });
    expect(await read('DestinationRule')).toMatchObject({
      spec: { trafficPolicy: { tls: { mode: 'DISABLE' } }, subsets: [{ name: 'mine' }, {}, {}] },
    });
  });

  test('weights go in while another client writes the same object all the time', async () => {
    let [writing, writes] = [true, 0];
    const write = otherWriter(namespace.name, 'busy');
    const other = (async () => {
      for (; writing; writes += 1)
        await write(ref('VirtualService'), { metadata: { annotations: { writes: String(writes) } } });
    })();
    try {
      for (const weight of [10, 20, 30, 40]) await router().set(lane, { weight, arm: 'v2' });
    } finally {
      writing = false;
      await other;
    }
    expect(await router().get(lane)).toBe(40);
    expect((await read('VirtualService')).metadata.annotations).toMatchObject({ writes: String(writes - 1) });
    await write(ref('VirtualService'), { metadata: { annotations: { writes: null } } });
  });

  test('a weight that somebody else has set is told and left; an undo overwrites it and says so', async () => {
    const { spec } = await read('VirtualService');
    const edited = structuredClone(spec) as { http: { route: { weight: number }[] }[] };
    edited.http[2]?.route.forEach((to, index) => (to.weight = index === 0 ? 30 : 70));
    await otherWriter(namespace.name, 'kubectl-edit')(ref('VirtualService'), { spec: edited });
    await expect(router().set(lane, { weight: 50, arm: 'v2' })).rejects.toMatchObject({
      type: 'Conflict',
      message: expect.stringMatching(
        /Longhaul had set 40 % for v2, and rule "model" now gives the candidate 70 %, written by kubectl-edit at 20/,
      ) as string,
    });
    expect(await router().get(lane)).toBe(70);
    const told = await router().set(lane, { weight: 0, arm: null, force: true });
    expect(told).toEqual([expect.stringContaining('kubectl-edit')]);
    expect(await router().get(lane)).toBe(0);
    await awaitAnswers(gateway, { ...host('mesh'), ...tester }, 'mesh');
  });

  test('a controller that keeps the route as in Git is told, with what it needs', async () => {
    const git = (await read('VirtualService'))['spec'];
    const controller = keepAsInGit(ref('VirtualService'), git);
    const release = async (): Promise<void> => {
      for (const weight of [5, 25, 50, 100]) {
        await router().set(lane, { weight, arm: 'v2' });
        await controller.reverted();
      }
    };
    try {
      await expect(release()).rejects.toMatchObject({
        type: 'Conflict',
        message: expect.stringMatching(/0 %( a moment later)?, written by argocd-controller/) as string,
        mend: expect.stringContaining('RespectIgnoreDifferences') as string,
      });
    } finally {
      await controller.stop();
    }
    await router().set(lane, { weight: 0, arm: null, force: true });
  });

  test('all is as it was once it is restored, and the second time', async () => {
    for (let times = 0; times < 2; times += 1) {
      expect(await router().restore(lane, before)).toEqual([]);
      for (const then of before) expect(ownersPart(await read(then.kind))).toEqual(ownersPart(then));
    }
  });
});

describe('a Gateway API HTTPRoute', () => {
  const [parentNamespace, parentName] = gatewayName.split('/');
  const router = () =>
    createGatewayRouter({
      cluster,
      service: 'mesh',
      traffic: { kind: 'gateway', parent: `${parentNamespace}/${parentName}`, hosts: [host('mesh').host] },
    });

  beforeAll(async () => {
    await router().prepare(lane);
    await router().prepare(lane);
  });

  test('is made where there is none; a candidate without traffic is reached by the header alone', async () => {
    await router().set(lane, { weight: 0, arm: 'v2' });
    await awaitAnswers(gatewayApi, { ...host('mesh'), ...tester }, 'mesh-candidate');
    expect(await countAnswers(gatewayApi, { ...host('mesh'), ...tester }, 200)).toEqual({
      'mesh-candidate': 200,
    });
    expect(await countAnswers(gatewayApi, host('mesh'), 200)).toEqual({ mesh: 200 });
  });

  test.each([5, 25, 50])(
    'at a weight of %i the candidate gets that much of 2,000 requests, within 2 points',
    async (weight) => {
      await router().set(lane, { weight, arm: 'v2' });
      expect(await router().get(lane)).toBe(weight);
      await awaitWeightInEnvoy(namespace.name, 'mesh-candidate', weight);
      const share = await observedShare(gatewayApi, host('mesh'), {
        name: 'mesh-candidate',
        expected: weight,
      });
      expect(Math.abs(share - weight)).toBeLessThanOrEqual(2);
    },
  );

  test('goes with its Services when it was not there before', async () => {
    expect(await router().restore(lane, [])).toEqual([]);
    expect(await router().restore(lane, [])).toEqual([]);
    const left = await Promise.all((await router().touches(lane)).map((ref) => cluster.get(ref)));
    expect(left).toEqual([null, null, null]);
  });
});

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
    const share = await observedShare(gatewayApi, host('share'), { name: 'share-candidate', expected: 25 });
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
    expect(ownersPart(await service())).toEqual(ownersPart(before[0] as Manifest));
  });

  test('are never given a part of the traffic', async () => {
    await expect(router().set(lane, { weight: 25, arm: 'v2' })).rejects.toMatchObject({ type: 'Rejected' });
  });
});

/** Writes the object's spec back whenever it is another. */
function keepAsInGit(ref: ObjectRef, git: unknown) {
  const write = otherWriter(namespace.name, 'argocd-controller');
  let [keeping, reverts] = [true, 0];
  const kept = (async () => {
    while (keeping) {
      const now = await cluster.get(ref);
      if (JSON.stringify(now?.['spec']) !== JSON.stringify(git)) {
        await write(ref, { spec: git as object });
        reverts += 1;
      }
      await cluster.changed([ref], {}, 500);
    }
  })();
  return {
    reverted: async () => {
      const before = reverts;
      while (reverts === before && JSON.stringify((await cluster.get(ref))?.['spec']) !== JSON.stringify(git))
        await pause(20);
    },
    stop: async () => {
      keeping = false;
      await kept;
    },
  };
}

/** Resolves once the arm is among those that answer. */
async function awaitAnswered(headers: Readonly<Record<string, string>>, arm: string): Promise<void> {
  const end = Date.now() + 15_000;
  while ((await countAnswers(gatewayApi, headers, 50))[arm] === undefined) {
    if (Date.now() > end) throw new Error(`${arm} does not answer.`);
    await pause(50);
  }
}
