/** What `longhaul deploy` shows of a cluster, and that looking changes nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import type { ModelVersion } from '../../core/serving.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster } from '../../k8s/api/cluster.ts';
import { laneLabels } from '../../k8s/names.ts';
import type { StartedMlflow } from '../servers/mlflow.ts';
import { makeCliWorld, plannedAt, registerVersion, smallProject, targetOf } from './support/cli-world.ts';
import type { CliWorld } from './support/cli-world.ts';
import { testCluster } from './support/cluster.ts';
import { startRegistry } from './support/flights-registry.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import { targetLane as lane } from './support/target-world.ts';

const { kubeconfig, context } = testCluster();
const secretValue = 'bm9ib2R5IHNlZXMgdGhpcw==';

let namespace: TestNamespace;
let cluster: Cluster;
let mlflow: StartedMlflow;
let world: CliWorld;
let first: ModelVersion;

beforeAll(async () => {
  [namespace, mlflow] = await Promise.all([makeNamespace('deploy-cli'), startRegistry()]);
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  world = makeCliWorld(namespace.name, mlflow.trackingUri);
  await cluster.apply({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'small-key' } },
    data: { value: secretValue },
  });
  first = await registerVersion(mlflow);
  await registerVersion(mlflow);
  await mlflow.post('registered-models/alias', { name: lane.model, alias: 'champion', version: '1' });
});
afterAll(async () => {
  world.remove();
  await Promise.all([namespace.remove(), mlflow.stop()]);
});

/** Every object of the namespace that a release may touch, by its version: who writes changes that. */
async function versionsNow(): Promise<Readonly<Record<string, string | undefined>>> {
  const kinds = [
    ['apps/v1', 'Deployment'],
    ['v1', 'ConfigMap'],
    ['v1', 'Service'],
    ['policy/v1', 'PodDisruptionBudget'],
    ['networking.istio.io/v1', 'VirtualService'],
    ['networking.istio.io/v1', 'DestinationRule'],
    ['monitoring.coreos.com/v1', 'ServiceMonitor'],
  ] as const;
  const lists = await Promise.all(
    kinds.map(([apiVersion, kind]) => cluster.list({ apiVersion, kind }, laneLabels(lane))),
  );
  return Object.fromEntries(
    lists.flat().map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
  );
}

interface DiffDocument {
  readonly version: string;
  readonly because: string;
  readonly serving: string | null;
  readonly differs: boolean;
  readonly objects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly change: string;
    readonly diff: string;
  }[];
  readonly onTheWay: readonly string[];
}
async function diff(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly document: DiffDocument }> {
  const { code, stdout } = await world.longhaul('deploy', 'diff', 'production', '--json', ...args);
  return { code, document: JSON.parse(stdout) as DiffDocument };
}

const changesOf = ({ objects }: DiffDocument): readonly string[] =>
  objects
    .filter(({ change }) => change !== 'unchanged')
    .map(({ kind, name, change }) => `${kind} ${name} ${change}`);

test('before the first release all would be created, by the champion, and nothing is', async () => {
  const { code, stdout } = await world.longhaul('deploy', 'diff', 'production');
  expect(code).toBe(1);
  expect(stdout).toContain('By version 1 of small (the champion), with 2 replicas');
  for (const object of ['Service small', 'VirtualService small', 'DestinationRule small', 'Deployment small'])
    expect(stdout).toContain(`${object}: created`);
  expect(stdout).toContain('name: small-key');
  expect(stdout).not.toContain(secretValue);
  expect(stdout).toMatch(/created\. Nothing was written\.\n$/);
  expect(await versionsNow()).toEqual({});
  const status = await world.longhaul('deploy', 'status', 'production');
  expect([status.code, status.stdout]).toEqual([0, 'production serves no version of small yet.\n']);
});

test('what is served already would stay as it is', async () => {
  const arm = plannedAt(world, first);
  const { target, router } = targetOf(world, cluster);
  await target.setCandidate(lane, arm);
  const wait = { tell: () => undefined, cancelled: new AbortController().signal };
  await awaitReady(target, { lane, armId: arm.id, replicas: 2, timeoutMs: 60_000 }, wait);
  await router.set(lane, 100);
  await target.promote(lane, arm.id, () => undefined);

  const before = await versionsNow();
  expect(before).toHaveProperty(['Deployment small']);
  const { code, document } = await diff();
  expect(document).toMatchObject({ version: '1', because: 'the champion', serving: '1', onTheWay: [] });
  expect(document.objects.flatMap((object) => (object.change === 'unchanged' ? [] : [object.diff]))).toEqual(
    [],
  );
  expect([code, document.differs]).toEqual([0, false]);
  expect(await versionsNow()).toEqual(before);
});

test('a newer version by changed files is a diff of what would change, and nothing is written', async () => {
  const before = await versionsNow();
  world.change('longhaul.yaml', smallProject({ COLOUR: 'green' }));
  world.change('environments/production.yaml', 'deployment: { replicas: 3 }\n');
  const { code, document } = await diff('--worktree', '--model-version', '2');
  expect(code).toBe(1);
  const config = document.objects.find(({ kind, change }) => kind === 'ConfigMap' && change === 'created');
  expect(config?.diff).toContain('+  COLOUR: green');
  const [deployment = ''] = document.objects.flatMap(({ kind, diff: lines }) =>
    kind === 'Deployment' ? [lines] : [],
  );
  const changed = deployment.split('\n').filter((line) => /^[-+]/.test(line));
  expect(changed).toEqual(
    expect.arrayContaining([
      '-  replicas: 2',
      '+  replicas: 3',
      `+                name: ${config?.name ?? ''}`,
    ]),
  );
  expect(document.onTheWay.join('\n')).toContain('the subset candidate gets 5 → 25 → 50 → 100 %');
  expect(await versionsNow()).toEqual(before);
});

test('what somebody has changed by hand would go, and is shown', async () => {
  world.change('longhaul.yaml', smallProject());
  await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'small' }, [
    { op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name: 'BY_HAND', value: 'yes' } },
  ]);
  const { code, document } = await diff();
  expect(changesOf(document)).toEqual(['Deployment small changed']);
  expect(code).toBe(1);
  expect(document.objects.find(({ kind }) => kind === 'Deployment')?.diff).toContain('- name: BY_HAND');
});

test('the status names version, replicas and traffic; an environment on this machine has no diff', async () => {
  const { stdout } = await world.longhaul('deploy', 'status', 'production', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ layout: 'track', router: 'istio', slots: { stable: 'stable' }, candidateWeight: 0 },
    arms: [{ track: 'stable', version: '1', desired: 2 }],
  });
  const table = await world.longhaul('deploy', 'status', 'production');
  expect(table.stdout).toMatch(/stable +1 +\d\/2 +100 %/);
  const refused = await world.longhaul('deploy', 'diff', 'staging');
  expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining('staging is on this machine')]);
});
