/** A project's own manifests bring objects of other kinds: an undo knows them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import type { ArmSpec } from '../../core/serving.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { istioTarget, smallArm, storeOfTests, targetLane as lane } from './support/target-world.ts';

const { kubeconfig, context, flightsImage } = testCluster();
const tell = (): void => undefined;

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: their-name }
spec:
  selector: { matchLabels: { their: label } }
  template:
    metadata: { labels: { their: label } }
    spec:
      containers:
        - name: web
          image: ${flightsImage}
          command: [/bin/sh, -c, exec python -c "$PROGRAM"]
          envFrom: [{ configMapRef: { name: '\${CONFIG}' } }]
          env:
            - { name: PORT, value: '8000' }
            - { name: MODEL_VERSION, value: '\${MODEL_VERSION}' }
          ports: [{ name: http, containerPort: 8000 }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1 }
`;
const policy = (name: string): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: { podSelector: { matchLabels: { nobody: 'at-all' } } },
});
const theirs = policy('their-policy');
const handedOver: Manifest = {
  ...theirs,
  metadata: { ...theirs.metadata, labels: { 'app.kubernetes.io/managed-by': 'longhaul' } },
};
const filesOf: Readonly<Record<string, string>> = {
  1: deployment,
  2: [deployment, ...['new-policy', 'their-policy'].map((name) => JSON.stringify(policy(name)))].join(
    '\n---\n',
  ),
};
const ownArm = (version: string): ArmSpec =>
  smallArm(version, {
    deployment: { resources: {}, maxUnavailable: 1, preStopSeconds: 1, manifests: 'k8s' },
  });

let namespace: TestNamespace;
let cluster: Cluster;

beforeAll(async () => {
  namespace = await makeNamespace('own');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  await cluster.create(handedOver);
});
afterAll(() => namespace.remove());

test('what the new manifests brought goes with their release, and what was there before and handed over stays', async () => {
  const { target, router } = istioTarget(cluster, storeOfTests(), {
    checkouts: {
      list: () => Promise.resolve({ 'k8s/all.yaml': '100644 blob' }),
      read: ({ commit }) => Promise.resolve(filesOf[Number(commit)] ?? null),
    },
  });
  const release = async (arm: ArmSpec): Promise<void> => {
    await target.setCandidate(lane, arm);
    await awaitReady(
      target,
      { lane, armId: arm.id, replicas: 1, timeoutMs: 60_000 },
      { tell, cancelled: new AbortController().signal },
    );
    await router.set(lane, 100);
    await target.promote(lane, arm.id, tell);
  };
  const policies = async (): Promise<readonly string[]> => {
    const found = ['new-policy', 'their-policy'].map((name) => cluster.get({ ...policy(name), name }));
    return (await Promise.all(found)).flatMap((one) => one?.metadata.name ?? []);
  };
  await release(ownArm('1'));
  const before = await target.snapshot(lane);
  await release(ownArm('2'));
  expect(await policies()).toEqual(['new-policy', 'their-policy']);
  expect(await target.restore(lane, before, tell)).toMatchObject({ verified: true, residue: [] });
  expect(await policies()).toEqual(['their-policy']);
  expect((await target.snapshot(lane)).objects?.digest).toBe(before.objects?.digest);
});
