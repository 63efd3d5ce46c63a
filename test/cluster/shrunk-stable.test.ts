/** Releases and undos where the stable arm's replicas are not what they were: an autoscaler, a restart, a full cluster. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import type { ArmSpec, TargetSnapshot } from '../../core/serving.ts';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { ClusterTarget } from '../../k8s/target/cluster-target.ts';
import { deploymentView } from '../../k8s/target/deployment.ts';
import { boundsOf } from '../../k8s/target/held-up.ts';
import { countAnswers } from './support/answers.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { istioTarget, smallArm, storeOfTests, targetLane as lane } from './support/target-world.ts';

const { kubeconfig, context, gateway } = testCluster();
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'small' } as const;
const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'small' } as const;
const quota = { apiVersion: 'v1', kind: 'ResourceQuota', name: 'full' } as const;
const tell = (): void => undefined;

let namespace: TestNamespace;
let cluster: Cluster;
let served: ClusterTarget;
let before: TargetSnapshot;

beforeAll(async () => {
  namespace = await makeNamespace('shrunk');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  served = istioTarget(cluster, storeOfTests());
  const first = smallArm('1', { replicas: 2 });
  await deploy(first);
  await served.router.set(lane, 100);
  await served.target.promote(lane, first.id, tell);
  before = await served.target.snapshot(lane);
});
afterAll(() => namespace.remove());

const ready = (arm: ArmSpec, replicas = arm.replicas) =>
  awaitReady(
    served.target,
    { lane, armId: arm.id, replicas, timeoutMs: 60_000 },
    { tell, cancelled: new AbortController().signal },
  );

async function deploy(arm: ArmSpec): Promise<void> {
  await served.target.setCandidate(lane, arm);
  await ready(arm);
}

/** Users have the champion again within 3 s, and the lane is as it was after the second half. */
async function undoQuickly(half: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const traffic = await served.target.restoreTraffic(lane, before, tell);
  const tookMs = performance.now() - began;
  expect(traffic).toMatchObject({ verified: true, residue: [] });
  expect(tookMs).toBeLessThan(3_000);
  const headers = { host: `${namespace.name}.test` };
  expect(await countAnswers(`${gateway}/health`, headers, 100)).toEqual({ 'words of 1': 100 });
  await half();
  expect(await served.target.restore(lane, before, tell)).toMatchObject({ verified: true, residue: [] });
  expect((await served.target.snapshot(lane)).objects?.digest).toBe(before.objects?.digest);
}

const scaleStable = (replicas: number): Promise<Manifest> =>
  cluster.patch(deployment, [{ op: 'add', path: '/spec/replicas', value: replicas }]);

test('an undo does not wait for replicas that the stable arm has lost and there is no room for', async () => {
  await deploy(smallArm('2'));
  await served.router.set(lane, 50);
  await scaleStable(1);
  const { apiVersion, kind, name } = quota;
  await cluster.create({ apiVersion, kind, metadata: { name }, spec: { hard: { pods: '1' } } });
  await undoQuickly(() => cluster.remove(quota));
});

test('an undo does not wait for the end of a restart of the stable arm', async () => {
  await deploy(smallArm('3'));
  await served.router.set(lane, 50);
  const at = { 'kubectl.kubernetes.io/restartedAt': '2026-01-02T03:04:05Z' };
  await cluster.patch(deployment, [{ op: 'add', path: '/spec/template/metadata/annotations', value: at }]);
  await undoQuickly(() => Promise.resolve());
});

/** What an autoscaler does to a Deployment that it sees no load on. */
function scaleDownWithoutLoad(): { readonly stop: () => Promise<void> } {
  let going = true;
  const loop = async (): Promise<void> => {
    while (going) {
      const [bounds, scaled] = await Promise.all([cluster.get(autoscaler), cluster.get(deployment)]);
      const { minReplicas } = bounds === null ? {} : boundsOf(bounds);
      if (scaled !== null && deploymentView(scaled).spec.replicas > (minReplicas ?? Infinity))
        await scaleStable(minReplicas ?? 1);
      await pause(200);
    }
  };
  const ended = loop();
  return {
    stop: () => {
      going = false;
      return ended;
    },
  };
}

test('where replicas follow the load, a candidate gets its share of those that serve, and keeps them', async () => {
  const scaled = {
    deployment: {
      ...{ resources: { cpu: '10m' }, maxUnavailable: 1, preStopSeconds: 1 },
      autoscaling: { min: 1, max: 5, cpu: 70 },
    },
  };
  const [second, third] = [smallArm('4', scaled), smallArm('5', scaled)];
  await deploy(second);
  await served.router.set(lane, 100);
  await served.target.promote(lane, second.id, tell);
  await scaleStable(3);
  await deploy(third);
  expect(await served.target.scale(lane, 'candidate', 1, 50)).toBe(2);
  expect(await served.target.scale(lane, 'candidate', 1, 100)).toBe(3);
  await ready(third, 3);
  await served.router.set(lane, 100);
  const scaling = scaleDownWithoutLoad();
  let most = 0;
  await served.target.promote(lane, third.id, (line) => {
    most = Math.max(most, Number(/^(\d+) of 3 replicas/.exec(line)?.[1] ?? 0));
  });
  await scaling.stop();
  expect(most).toBeGreaterThan(1);
  const now = await cluster.get(autoscaler);
  expect(now && boundsOf(now)).toEqual({ minReplicas: 1, maxReplicas: 5 });
});
