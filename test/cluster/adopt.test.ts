/** A server that others have deployed, with a route of their own: adopted, released over, and put back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { adopt, planAdoption } from '../../k8s/target/adopt.ts';
import { awaitAnswers, load } from './support/answers.ts';
import { awaitServers } from './support/arm-servers.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import {
  istioParts,
  istioTarget,
  routeToService,
  serverOfOthers,
  smallArm,
  storeOfTests,
  targetLane as lane,
} from './support/target-world.ts';

const { kubeconfig, context, gateway } = testCluster();
const tell = (): void => undefined;
const [theirs, next] = [smallArm('1'), smallArm('2')];

/** What a person has put around the server. */
const around: readonly Manifest[] = [
  {
    ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'their-scaler' } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'small' },
      ...{ minReplicas: 2, maxReplicas: 50 },
    },
  },
  {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'their-budget' } },
    spec: { minAvailable: 1, selector: { matchLabels: { theirs: 'yes' } } },
  },
];
const namesAround = async (): Promise<readonly string[]> =>
  (await Promise.all(around.map((kind) => cluster.list(kind, {}))))
    .flat()
    .map(({ metadata }) => metadata.name);

let namespace: TestNamespace;
let cluster: Cluster;
let store: ArtifactStore;

beforeAll(async () => {
  namespace = await makeNamespace('adopt');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  store = storeOfTests();
  for (const object of [...serverOfOthers(), ...around, routeToService(cluster)])
    await cluster.create(object);
  await awaitServers(cluster, ['small']);
  await awaitAnswers(`${gateway}/health`, { host: `${namespace.name}.test` }, 'words of theirs');
});
afterAll(() => namespace.remove());

test('a release is refused until the server is adopted, which fails no request', async () => {
  const { target } = istioTarget(cluster, store, { virtualService: 'users-own' });
  await expect(target.setCandidate(lane, next)).rejects.toThrow('longhaul deploy adopt production');
  const parts = istioParts(cluster, store, { virtualService: 'users-own' });
  expect((await planAdoption(parts, lane, theirs))?.changes).toHaveLength(5);
  const { target: adopting } = istioTarget(cluster, store, { virtualService: 'users-own' });
  const users = load(`${gateway}/health`, { host: `${namespace.name}.test` });
  await adopt(parts, lane, theirs, tell);
  expect(Object.keys(await users.stop())).toEqual(['words of theirs']);
  expect(await planAdoption(parts, lane, theirs)).toBeNull();
  expect(await adopting.snapshot(lane)).toMatchObject({ stable: { id: theirs.id, replicas: 2 } });
});

test('a release over it, and its undo, keep what is theirs', async () => {
  const { target, router } = istioTarget(cluster, store, { virtualService: 'users-own' });
  const before = await target.snapshot(lane);
  const users = load(`${gateway}/health`, { host: `${namespace.name}.test` });
  await target.setCandidate(lane, next);
  await awaitReady(
    target,
    { lane, armId: next.id, replicas: 1, timeoutMs: 60_000 },
    { tell, cancelled: new AbortController().signal },
  );
  await router.set(lane, 100);
  await target.promote(lane, next.id, tell);
  const deployment = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'small' });
  expect(deployment).toMatchObject({
    spec: {
      selector: { matchLabels: { theirs: 'yes' } },
      template: { spec: { containers: [{ name: 'server' }] } },
    },
  });
  expect(await namesAround()).toEqual(['their-scaler', 'their-budget']);
  expect(await target.restoreTraffic(lane, before, tell)).toMatchObject({ verified: true });
  expect(await target.restore(lane, before, tell)).toMatchObject({ verified: true, residue: [] });
  expect((await target.snapshot(lane)).objects?.digest).toBe(before.objects?.digest);
  expect(Object.keys(await users.stop()).sort()).toEqual(['words of 2', 'words of theirs']);
});
