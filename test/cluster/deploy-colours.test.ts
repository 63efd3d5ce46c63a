/** What a diff says of a switch of colours is what the switch then leaves behind. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import { kubernetesEnvironment } from '../../config/cluster-config.ts';
import type { ArmSpec } from '../../core/serving.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster } from '../../k8s/api/cluster.ts';
import { previewRelease } from '../../k8s/dry-run/preview-release.ts';
import type { ReleasePreview } from '../../k8s/dry-run/preview-release.ts';
import { createKubernetesTarget } from '../../k8s/target/index.ts';
import { targetParts } from '../../k8s/target/target-parts.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { smallArm, storeOfTests, targetLane as lane } from './support/target-world.ts';

const { kubeconfig, context } = testCluster();
const nobody = 'http://127.0.0.1:1';

let namespace: TestNamespace;
let cluster: Cluster;
beforeAll(async () => {
  namespace = await makeNamespace('diff-colours');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
});
afterAll(() => namespace.remove());

const placeOn = (on: Cluster) => ({
  ...{ cluster: on, store: storeOfTests(), trackingUri: nobody },
  environment: kubernetesEnvironment.parse({
    ...{ target: 'kubernetes', namespace: namespace.name, baseUrl: nobody, prometheus: nobody },
  }),
  checkouts: { list: () => Promise.resolve({}), read: () => Promise.resolve(null) },
});

async function release(arm: ArmSpec): Promise<void> {
  const { target, router } = createKubernetesTarget(placeOn(cluster));
  const wait = { tell: () => undefined, cancelled: new AbortController().signal };
  await target.setCandidate(lane, arm);
  await awaitReady(target, { lane, armId: arm.id, replicas: 1, timeoutMs: 60_000 }, wait);
  await router.set(lane, 100);
  await target.promote(lane, arm.id, wait.tell);
}

const preview = (arm: ArmSpec): Promise<ReleasePreview> =>
  previewRelease({
    ...{ cluster, lane, arm, weights: [100] },
    partsOn: (on) => targetParts(placeOn(on)),
  });
const changesOf = ({ objects }: ReleasePreview): readonly string[] =>
  objects.flatMap(({ kind, name, change }) => (change === 'unchanged' ? [] : [`${kind} ${name} ${change}`]));

test('colours that change places are shown as they will be', async () => {
  const [first, second] = ['1', '2'].map((version) => smallArm(version, { strategy: 'blueGreen' }));
  if (first === undefined || second === undefined) throw new Error('no arms');
  await release(first);
  const shown = await preview(second);
  expect(changesOf(shown)).toEqual(
    expect.arrayContaining([
      'Service small changed',
      'Service small-preview changed',
      'Deployment small-blue changed',
      'Deployment small-green created',
      'PodDisruptionBudget small-blue removed',
    ]),
  );
  const switched = shown.objects.find(({ kind, name }) => kind === 'Service' && name === 'small');
  expect(switched?.diff).toEqual(
    expect.arrayContaining(['-    longhaul.dev/colour: blue', '+    longhaul.dev/colour: green']),
  );
  await release(second);
  expect(await preview(second)).toMatchObject({ stable: { id: second.id }, onTheWay: [] });
  expect(changesOf(await preview(second))).toEqual([]);
});
