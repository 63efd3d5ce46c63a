/** What others have made beside a lane, under names that a release uses: it serves on, and nothing of it is written over. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { awaitAnswers, load } from './support/answers.ts';
import { armServers, awaitServers, plainService } from './support/arm-servers.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import {
  istioTarget,
  routeToService,
  smallArm,
  storeOfTests,
  targetLane as lane,
} from './support/target-world.ts';

const { kubeconfig, context, gateway } = testCluster();

let namespace: TestNamespace;
let cluster: Cluster;

beforeAll(async () => {
  namespace = await makeNamespace('others');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
});
afterAll(() => namespace.remove());

test('a server behind the Service, whose Deployment has another name, is not cut off by a first release', async () => {
  const headers = { host: `${namespace.name}.test` };
  await cluster.create(armServers('small', { name: 'small-server', labels: {}, replicas: 1 }));
  await cluster.create(plainService('small', { app: 'small' }));
  await cluster.create(routeToService(cluster));
  await awaitServers(cluster, ['small-server']);
  await awaitAnswers(gateway, headers, 'small-server');
  const { target } = istioTarget(cluster, storeOfTests(), { virtualService: 'users-own' });
  const before = await target.snapshot(lane);
  expect(before.stable).toBeNull();
  const users = load(gateway, headers);
  await expect(target.setCandidate(lane, smallArm('1'))).rejects.toThrow(
    'Service small in production sends users to 1 ready pod of Deployment small-server',
  );
  expect((await target.snapshot(lane)).objects?.digest).toBe(before.objects?.digest);
  expect(await target.restore(lane, before, () => undefined)).toMatchObject({ verified: true, residue: [] });
  expect(Object.keys(await users.stop())).toEqual(['small-server']);
});

const autoscaler: Manifest = {
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'other' } },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' },
    ...{ minReplicas: 1, maxReplicas: 50 },
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } },
      },
    ],
  },
};
const versionOf = async (object: Manifest): Promise<string | undefined> =>
  (await cluster.get({ ...object, name: object.metadata.name }))?.metadata.resourceVersion;
/** The same lane under the Service `other`, so that nobody is served there yet. */
const otherTarget = () => istioTarget(cluster, storeOfTests(), { service: 'other' });

test('an autoscaler, a Deployment and a preview Service are refused by name, and not written', async () => {
  const deployment = armServers('theirs', { name: 'other-candidate', labels: {}, replicas: 0 });
  const preview = plainService('other-preview', { app: 'theirs' });
  const created = await Promise.all([autoscaler, preview].map((object) => cluster.create(object)));
  const scaled = smallArm('1', {
    deployment: {
      ...{ resources: { memory: '64Mi', cpu: '10m' }, maxUnavailable: 1, preStopSeconds: 1 },
      autoscaling: { min: 1, max: 2, cpu: 70 },
    },
  });
  const { target } = otherTarget();
  await expect(target.setCandidate(lane, scaled)).rejects.toThrow(
    'HorizontalPodAutoscaler other in production is about the Deployment other already',
  );
  await cluster.create(deployment);
  await expect(target.setCandidate(lane, smallArm('1'))).rejects.toThrow(
    'Deployment other-candidate in production was not made by Longhaul',
  );
  await expect(target.setCandidate(lane, smallArm('1', { strategy: 'blueGreen' }))).rejects.toThrow(
    'Service other-preview in production was not made by Longhaul',
  );
  expect(await Promise.all([autoscaler, preview].map(versionOf))).toEqual(
    created.map(({ metadata }) => metadata.resourceVersion),
  );
});
