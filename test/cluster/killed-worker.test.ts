/** Workers that are killed after any write: whoever takes up the work comes to the same end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { ArmSpec, TargetSnapshot } from '../../core/serving.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster } from '../../k8s/api/cluster.ts';
import { testCluster } from './support/cluster.ts';
import { dyingCluster, untilOneLives } from './support/dying-cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import {
  istioTarget,
  routeToService,
  smallArm,
  storeOfTests,
  targetLane as lane,
} from './support/target-world.ts';

const { kubeconfig, context } = testCluster();
const tell = (): void => undefined;

describe.each(['canary', 'blueGreen'] as const)('%s', (strategy) => {
  const [first, second] = [smallArm('1', { strategy }), smallArm('2', { strategy })];
  let namespace: TestNamespace;
  let cluster: Cluster;
  let store: ArtifactStore;
  let before: TargetSnapshot;

  const on = (by: Cluster) => istioTarget(by, store);
  const digestNow = async () => (await on(cluster).target.snapshot(lane)).objects?.digest;
  const candidateReady = (arm: ArmSpec) =>
    awaitReady(
      on(cluster).target,
      { lane, armId: arm.id, replicas: 1, timeoutMs: 60_000 },
      { tell, cancelled: new AbortController().signal },
    );
  async function release(arm: ArmSpec): Promise<void> {
    const { router, target } = on(cluster);
    await target.setCandidate(lane, arm);
    await candidateReady(arm);
    await router.set(lane, 100);
    await target.promote(lane, arm.id, tell);
  }

  beforeAll(async () => {
    namespace = await makeNamespace('killed');
    cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
    store = storeOfTests();
    if (strategy === 'blueGreen') await cluster.create(routeToService(cluster));
    await release(first);
    before = await on(cluster).target.snapshot(lane);
  });
  afterAll(() => namespace.remove());

  test('a release and its undo end as if nobody had been killed', async () => {
    await release(second);
    const released = await digestNow();
    const killed = await untilOneLives(cluster, async (by) => {
      expect(await on(by).target.restore(lane, before, tell)).toMatchObject({ verified: true, residue: [] });
    });
    expect(killed).toBeGreaterThan(1);
    expect(await digestNow()).toBe(before.objects?.digest);

    const deploying = await untilOneLives(cluster, (by) => on(by).target.setCandidate(lane, second));
    await candidateReady(second);
    await untilOneLives(cluster, (by) => on(by).router.set(lane, 100));
    const promoting = await untilOneLives(cluster, (by) => on(by).target.promote(lane, second.id, tell));
    expect([deploying, promoting].map((times) => times > 1)).toEqual([true, true]);
    expect(await digestNow()).toBe(released);
  });

  test('a promotion that was killed anywhere is undone to the last field', async () => {
    await on(cluster).target.restore(lane, before, tell);
    const { target, router } = on(cluster);
    await target.setCandidate(lane, second);
    await candidateReady(second);
    await router.set(lane, 100);
    await expect(on(dyingCluster(cluster, 2)).target.promote(lane, second.id, tell)).rejects.toThrow(
      'killed',
    );
    const traffic = await target.restoreTraffic(lane, before, tell);
    expect(traffic).toMatchObject({ verified: true, residue: [] });
    await untilOneLives(cluster, (by) => on(by).target.restore(lane, before, tell));
    expect(await digestNow()).toBe(before.objects?.digest);
    expect(await target.restore(lane, before, tell)).toMatchObject({ verified: true, residue: [] });
  });
});
