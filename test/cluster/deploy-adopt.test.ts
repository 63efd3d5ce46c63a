/** A Deployment that others have made becomes the stable arm of a lane, while users ask it all the time. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { keys } from '../../k8s/names.ts';
import type { StartedMlflow } from '../servers/mlflow.ts';
import { awaitAnswers, load } from './support/answers.ts';
import { armServers, awaitServers, plainService } from './support/arm-servers.ts';
import { makeCliWorld, registerVersion } from './support/cli-world.ts';
import type { CliWorld } from './support/cli-world.ts';
import { testCluster } from './support/cluster.ts';
import { startRegistry } from './support/flights-registry.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';

const { kubeconfig, context, gateway, gatewayName } = testCluster();
const deploymentRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'small' };

let namespace: TestNamespace;
let cluster: Cluster;
let mlflow: StartedMlflow;
let world: CliWorld;
const headers = () => ({ host: `${namespace.name}.test` });

beforeAll(async () => {
  [namespace, mlflow] = await Promise.all([makeNamespace('adopt'), startRegistry()]);
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  world = makeCliWorld(namespace.name, mlflow.trackingUri);
  await registerVersion(mlflow);
  await cluster.create(armServers('small', { name: 'small', labels: { owner: 'team' }, replicas: 3 }));
  await cluster.create(plainService('small', { app: 'small', owner: 'team' }));
  await cluster.create({
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'small' } },
    spec: {
      ...{ hosts: [`${namespace.name}.test`], gateways: [gatewayName] },
      http: [{ timeout: '5s', route: [{ destination: { host: 'small' } }] }],
    },
  });
  await awaitServers(cluster, ['small']);
  await awaitAnswers(gateway, headers(), 'small');
});
afterAll(async () => {
  world.remove();
  await Promise.all([namespace.remove(), mlflow.stop()]);
});

const deployed = async (): Promise<Manifest> => {
  const found = await cluster.get(deploymentRef);
  if (found === null) throw new Error('the Deployment is gone');
  return found;
};
const specOf = ({ spec }: Manifest) =>
  spec as {
    readonly selector: object;
    readonly replicas: number;
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: object };
  };

test('it is refused by all else, which names the way; and shown, without a yes nothing is changed', async () => {
  const status = await world.longhaul('deploy', 'status', 'production');
  expect(status.code).toBe(6);
  expect(status.stderr).toContain('longhaul deploy adopt');
  const before = await deployed();
  const asked = await world.longhaul('deploy', 'adopt', 'production', '--model-version', '1');
  expect(asked.code).toBe(2);
  expect(asked.stdout).toContain(`+        ${keys.track}: stable`);
  expect(asked.stdout).toContain('All else of these objects stays as it is.');
  expect(asked.stdout).toContain('Its pods have no preStop');
  expect(asked.stderr).toContain('Nothing was changed');
  expect((await deployed()).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
});

test('users who ask all the time lose no request; selector, containers and replicas stay', async () => {
  const before = await deployed();
  const users = load(gateway, headers());
  const adopted = await world.longhaul('deploy', 'adopt', 'production', '--model-version', '1', '--yes');
  const counts = await users.stop();
  expect([adopted.code, adopted.stderr.replaceAll(/^… .*\n/gm, '')]).toEqual([0, '']);
  expect(adopted.stdout).toMatch(/Adopted\.[^]*stable +1 +3\/3 +100 %/);
  expect(Object.keys(counts)).toEqual(['small']);
  expect(counts['small']).toBeGreaterThan(100);
  const [then, now] = [specOf(before), specOf(await deployed())];
  expect(now).toMatchObject({ selector: then.selector, replicas: then.replicas });
  expect(now.template.spec).toEqual(then.template.spec);
  expect(now.template.metadata.labels).toMatchObject({ app: 'small', owner: 'team', [keys.track]: 'stable' });
});

test('once is enough, and a release now finds its stable arm', async () => {
  const before = await deployed();
  const again = await world.longhaul(
    'deploy',
    'adopt',
    'production',
    '--model-version',
    '1',
    '--yes',
    '--json',
  );
  expect(JSON.parse(again.stdout)).toMatchObject({ adopted: false, arms: [{ version: '1', ready: 3 }] });
  expect((await deployed()).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  const { stdout, code } = await world.longhaul('deploy', 'diff', 'production');
  expect(code).toBe(1);
  expect(stdout).toContain('production now serves version 1');
  expect(stdout).toContain('VirtualService small: the subset candidate gets 5 → 25 → 50 → 100 %');
});
