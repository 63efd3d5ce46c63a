/** A lane's whole life on the cluster: released, released again, undone, behind Istio. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { ArmSpec, TargetSnapshot } from '../../core/serving.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster } from '../../k8s/api/cluster.ts';
import { laneLabels } from '../../k8s/names.ts';
import type { ClusterTarget } from '../../k8s/target/cluster-target.ts';
import { countAnswers, load } from './support/answers.ts';
import { ask } from './support/ask.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { istioTarget, smallArm, storeOfTests, targetLane as lane } from './support/target-world.ts';

const { kubeconfig, context, gateway } = testCluster();
const told: string[] = [];
const tell = (line: string): void => void told.push(line);

let namespace: TestNamespace;
let cluster: Cluster;
let store: ArtifactStore;
let served: ClusterTarget;
const headers = () => ({ host: `${namespace.name}.test` });

beforeAll(async () => {
  namespace = await makeNamespace('target');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  store = storeOfTests();
  served = istioTarget(cluster, store);
});
afterAll(() => namespace.remove());

async function deploy(arm: ArmSpec): Promise<void> {
  await served.target.setCandidate(lane, arm);
  await ready(arm);
}

const ready = (arm: ArmSpec, replicas = arm.replicas) =>
  awaitReady(
    served.target,
    { lane, armId: arm.id, replicas, timeoutMs: 60_000 },
    { tell, cancelled: new AbortController().signal },
  );

async function release(arm: ArmSpec): Promise<void> {
  await deploy(arm);
  await served.router.set(lane, 100);
  await served.target.promote(lane, arm.id, tell);
}

const digestNow = async (): Promise<string | undefined> =>
  (await served.target.snapshot(lane)).objects?.digest;
const kindsNow = async (kind: string, apiVersion: string): Promise<readonly string[]> =>
  (await cluster.list({ apiVersion, kind }, laneLabels(lane))).map(({ metadata }) => metadata.name).sort();

const [first, second] = [smallArm('1'), smallArm('2')];
let empty: TargetSnapshot;
let afterFirst: TargetSnapshot;

test('a first release is deployed, takes all traffic, and becomes the stable arm', async () => {
  empty = await served.target.snapshot(lane);
  expect(empty).toMatchObject({ stable: null, candidate: null, candidateWeight: 0 });
  await release(first);
  const { status, headers: answered, body } = await ask(`${gateway}/health`, headers());
  expect([status, answered['x-model-version'], body]).toEqual([200, '1', 'words of 1']);
  afterFirst = await served.target.snapshot(lane);
  expect(afterFirst).toMatchObject({ stable: { id: first.id }, candidate: null, candidateWeight: 0 });
  expect(await kindsNow('Deployment', 'apps/v1')).toEqual(['small']);
  expect(await digestNow()).toBe(afterFirst.objects?.digest);
});

test('a canary that is undone in the middle leaves no trace, and users get the champion within 3 s', async () => {
  const arm = smallArm('3');
  await deploy(arm);
  await served.router.set(lane, 25);
  const began = performance.now();
  const traffic = await served.target.restoreTraffic(lane, afterFirst, tell);
  const tookMs = performance.now() - began;
  expect(traffic).toMatchObject({ verified: true, residue: [] });
  expect(tookMs).toBeLessThan(3_000);
  expect(await countAnswers(`${gateway}/health`, headers(), 200)).toEqual({ 'words of 1': 200 });
  expect(await served.target.restore(lane, afterFirst, tell)).toMatchObject({ verified: true, residue: [] });
  expect(await digestNow()).toBe(afterFirst.objects?.digest);
  expect(await served.target.restore(lane, afterFirst, tell)).toMatchObject({ verified: true, residue: [] });
  expect(await digestNow()).toBe(afterFirst.objects?.digest);
});

test('a second release loses no request, and is undone after its end', async () => {
  const users = load(`${gateway}/health`, headers());
  await deploy(second);
  await served.router.set(lane, 20);
  await served.target.scale(lane, 'candidate', 2);
  await ready(second, 2);
  await served.router.set(lane, 100);
  await served.target.promote(lane, second.id, tell);
  const counts = await users.stop();
  expect(Object.keys(counts).sort()).toEqual(['words of 1', 'words of 2']);
  expect(await served.target.snapshot(lane)).toMatchObject({
    stable: { id: second.id, replicas: 2 },
    candidate: null,
    candidateWeight: 0,
  });
  expect(await kindsNow('Deployment', 'apps/v1')).toEqual(['small']);
  expect(await served.target.restoreTraffic(lane, afterFirst, tell)).toMatchObject({ verified: true });
  expect(await served.target.restore(lane, afterFirst, tell)).toMatchObject({ verified: true, residue: [] });
  expect(await digestNow()).toBe(afterFirst.objects?.digest);
});

test('the first release undone takes all down', async () => {
  expect(await served.target.restoreTraffic(lane, empty, tell)).toMatchObject({ verified: true });
  expect(await served.target.restore(lane, empty, tell)).toMatchObject({ verified: true, residue: [] });
  expect(await served.target.snapshot(lane)).toMatchObject({ stable: null, candidate: null });
  expect(await digestNow()).toBe(empty.objects?.digest);
  expect(await served.target.restore(lane, empty, tell)).toMatchObject({ verified: true, residue: [] });
});
