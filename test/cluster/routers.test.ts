/** A lane's traffic split by Istio and by the Gateway API, through the real Envoy. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest, ObjectRef } from '../../k8s/api/cluster.ts';
import { keys, podSelector } from '../../k8s/names.ts';
import { createGatewayRouter } from '../../k8s/routers/gateway/gateway-router.ts';
import { createIstioRouter } from '../../k8s/routers/istio/istio-router.ts';
import { armServers, awaitServers, plainService } from './support/arm-servers.ts';
import { awaitAnswers, countAnswers, load, observedShare } from './support/answers.ts';
import { testCluster } from './support/cluster.ts';
import { awaitWeightInEnvoy } from './support/envoy-weights.ts';
import { keepAsInGit } from './support/keep-as-in-git.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { otherWriter } from './support/other-writer.ts';

const { kubeconfig, context, gateway, gatewayApi, gatewayName } = testCluster();
const lane = { model: 'router-test', environment: 'production' };
const tester = { canary: 'true' };

let namespace: TestNamespace;
let cluster: Cluster;
let host: Readonly<Record<string, string>>;

beforeAll(async () => {
  namespace = await makeNamespace('routers');
  host = { host: `${namespace.name}.test` };
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  for (const [name, track] of [
    ['mesh', 'stable'],
    ['mesh-candidate', 'candidate'],
  ] as const)
    await cluster.create(armServers('mesh', { name, labels: { [keys.track]: track }, replicas: 1 }));
  await cluster.create(plainService('mesh', podSelector('mesh')));
  await awaitServers(cluster, ['mesh', 'mesh-candidate']);
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
        hosts: Object.values(host),
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
    await awaitAnswers(gateway, { ...host, ...tester }, 'mesh-candidate');
    expect(await countAnswers(gateway, { ...host, ...tester }, 200)).toEqual({
      'mesh-candidate': 200,
    });
    expect(await countAnswers(gateway, host, 200)).toEqual({ mesh: 200 });
  });

  test.each([5, 25, 50])(
    'at a weight of %i the candidate gets that much of 5,000 requests, within 2 points',
    async (weight) => {
      await router().set(lane, { weight, arm: 'v2' });
      expect(await router().get(lane)).toBe(weight);
      await awaitWeightInEnvoy(namespace.name, '|candidate|', weight);
      const share = await observedShare(gateway, host, 'mesh-candidate');
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
    await awaitAnswers(gateway, { ...host, ...tester }, 'mesh');
  });

  test('a controller that keeps the route as in Git is told, with what it needs', async () => {
    const git = (await read('VirtualService'))['spec'];
    const controller = keepAsInGit(cluster, ref('VirtualService'), git);
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

  test('an undo makes the subsets again that somebody has deleted with their DestinationRule', async () => {
    await router().set(lane, { weight: 25, arm: 'v2' });
    await cluster.remove(ref('DestinationRule'));
    await awaitAnswers(gateway, host, '503');
    const told = await router().set(lane, { weight: 0, arm: null, force: true });
    expect(told).toEqual([expect.stringContaining('DestinationRule mesh')]);
    await awaitAnswers(gateway, host, 'mesh');
    const then = before.find(({ kind }) => kind === 'DestinationRule');
    const { apiVersion, kind } = ref('DestinationRule');
    await cluster.remove(ref('DestinationRule'));
    await cluster.create({ apiVersion, kind, metadata: { name: 'mesh' }, spec: then?.['spec'] });
    await router().prepare(lane);
  });

  test('who calls the Service past the route is told of, while a candidate is there', async () => {
    expect(await router().warnings(lane, 0)).toEqual([
      expect.stringMatching(
        /does not split what the mesh sends to the Service mesh itself.*"mesh"/,
      ) as string,
    ]);
  });

  test('no request is lost while the route is prepared and put back', async () => {
    const users = load(gateway, host);
    for (let times = 0; times < 2; times += 1) {
      expect(await router().restore(lane, before)).toEqual([]);
      await router().prepare(lane);
    }
    const { mesh, 'mesh-candidate': candidate, ...lost } = await users.stop();
    expect(lost).toEqual({});
    expect(mesh).toBeGreaterThan(100);
  });

  test('all is as it was once it is restored, and the second time', async () => {
    for (let times = 0; times < 2; times += 1) {
      expect(await router().restore(lane, before)).toEqual([]);
      for (const then of before) expect(ownersPart(await read(then.kind))).toEqual(ownersPart(then));
    }
  });
});

test('Istio before 1.22, which knows v1beta1 alone: both objects are made, split, and taken away', async () => {
  await cluster.create(plainService('fresh', podSelector('mesh')));
  const newest = 'networking.istio.io/v1';
  const old: Cluster = {
    ...cluster,
    namespace: cluster.namespace,
    has: (kind) => (kind.apiVersion === newest ? Promise.resolve(false) : cluster.has(kind)),
  };
  const router = createIstioRouter({
    cluster: old,
    service: 'fresh',
    traffic: { kind: 'istio', gateways: [] },
  });
  const read = async () => Promise.all((await router.touches(lane)).map((ref) => cluster.get(ref)));
  await router.prepare(lane);
  await router.set(lane, { weight: 10, arm: 'v2' });
  expect(await router.get(lane)).toBe(10);
  expect((await read()).map((found) => found?.apiVersion)).toEqual([`${newest}beta1`, `${newest}beta1`]);
  expect(await router.restore(lane, [])).toEqual([]);
  expect(await read()).toEqual([null, null]);
});

describe('a Gateway API HTTPRoute', () => {
  const [parentNamespace, parentName] = gatewayName.split('/');
  const router = () =>
    createGatewayRouter({
      cluster,
      service: 'mesh',
      traffic: { kind: 'gateway', parent: `${parentNamespace}/${parentName}`, hosts: Object.values(host) },
    });

  beforeAll(async () => {
    await router().prepare(lane);
    await router().prepare(lane);
  });

  test('is made where there is none; a candidate without traffic is reached by the header alone', async () => {
    await router().set(lane, { weight: 0, arm: 'v2' });
    await awaitAnswers(gatewayApi, { ...host, ...tester }, 'mesh-candidate');
    expect(await countAnswers(gatewayApi, { ...host, ...tester }, 200)).toEqual({
      'mesh-candidate': 200,
    });
    expect(await countAnswers(gatewayApi, host, 200)).toEqual({ mesh: 200 });
  });

  test.each([5, 25, 50])(
    'at a weight of %i the candidate gets that much of 5,000 requests, within 2 points',
    async (weight) => {
      await router().set(lane, { weight, arm: 'v2' });
      expect(await router().get(lane)).toBe(weight);
      await awaitWeightInEnvoy(namespace.name, 'mesh-candidate', weight);
      const share = await observedShare(gatewayApi, host, 'mesh-candidate');
      expect(Math.abs(share - weight)).toBeLessThanOrEqual(2);
    },
  );

  test('leaves the Service itself to the stable track: who calls it meets no candidate', async () => {
    const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', name: 'mesh' });
    const { clusterIP } = service?.['spec'] as { readonly clusterIP: string };
    expect(await countAnswers(`http://${clusterIP}`, {}, 200)).toEqual({ mesh: 200 });
  });

  test('an undo sets its weight though somebody has deleted a Service of a track', async () => {
    const users = load(gatewayApi, host);
    await cluster.remove({ apiVersion: 'v1', kind: 'Service', name: 'mesh-stable' });
    const told = await router().set(lane, { weight: 0, arm: null, force: true });
    await users.stop();
    expect(told).toEqual([expect.stringContaining('Services of the tracks of mesh')]);
    await awaitAnswers(gatewayApi, host, 'mesh');
  });

  test('goes with its Services when it was not there before', async () => {
    expect(await router().restore(lane, [])).toEqual([]);
    expect(await router().restore(lane, [])).toEqual([]);
    const left = await Promise.all((await router().touches(lane)).map((ref) => cluster.get(ref)));
    expect(left.filter((found) => found !== null).map(({ kind, metadata }) => [kind, metadata.name])).toEqual(
      [['Service', 'mesh']],
    );
  });
});
