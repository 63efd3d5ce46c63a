/** The cluster's API as it really answers: refusals, conflicts, a way to it that breaks or hangs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterChecks } from '../../client/doctor/clusters.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import type { Cluster, Manifest, ObjectRef } from '../../k8s/api/cluster.ts';
import { createConnection } from '../../k8s/api/connection.ts';
import { clusterOver, createCluster } from '../../k8s/api/create-cluster.ts';
import { examineCluster } from '../../k8s/api/examine-cluster.ts';
import { permissions } from '../../k8s/permissions.ts';
import { breakableWay } from './support/breakable-way.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace, type TestNamespace } from './support/namespace.ts';

const given = testCluster();
const { kubeconfig, context } = given;
const kind = { apiVersion: 'v1', kind: 'ConfigMap' } as const;
const ref = (name: string): ObjectRef => ({ ...kind, name });
const config = (name: string, value: string): Manifest => ({
  ...kind,
  metadata: { name, labels: { app: name } },
  data: { value },
});
let namespace: TestNamespace;
let cluster: Cluster;

beforeAll(async () => {
  namespace = await makeNamespace('api');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
});

afterAll(() => namespace.remove());

describe('a write', () => {
  it('is an apply by longhaul, and a dry run leaves nothing', async () => {
    await cluster.apply(config('applied', 'a'), { dryRun: true });
    expect(await cluster.get(ref('applied'))).toBeNull();
    const { metadata } = await cluster.apply(config('applied', 'a'));
    expect(metadata['managedFields']).toMatchObject([{ manager: 'longhaul', operation: 'Apply' }]);
    const again = await cluster.apply(config('applied', 'a'));
    expect(again.metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it('from an outdated reading is a conflict', async () => {
    const read = await cluster.apply(config('contended', 'a'));
    await cluster.patch(ref('contended'), [
      { op: 'test', path: '/data/value', value: 'a' },
      { op: 'replace', path: '/data/value', value: 'b' },
    ]);
    await expect(cluster.replace({ ...read, data: { value: 'c' } })).rejects.toMatchObject({
      type: 'Conflict',
    });
    const outdated = cluster.patch(ref('contended'), [
      { op: 'test', path: '/data/value', value: 'a' },
      { op: 'replace', path: '/data/value', value: 'c' },
    ]);
    await expect(outdated).rejects.toMatchObject({ type: 'Conflict' });
    await expect(cluster.create(config('contended', 'd'))).rejects.toMatchObject({ type: 'Conflict' });
    expect(await cluster.get(ref('contended'))).toMatchObject({ data: { value: 'b' } });
  });

  it('that the API server finds wrong is told in its words, once', async () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'wrong' } };
    const template = {
      metadata: { labels: { app: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    };
    const spec = { selector: { matchLabels: { app: 'a' } }, template };
    await expect(cluster.apply({ ...deployment, spec })).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringContaining('`selector` does not match template `labels`') as string,
    });
    await expect(cluster.apply({ ...deployment, sepc: {} })).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringContaining('.sepc: field not declared in schema') as string,
    });
  });

  it('of a kind, or into a namespace, that the cluster does not have says how to get it', async () => {
    const unknown = { apiVersion: 'none.example/v1', kind: 'Model', metadata: { name: 'm' } };
    await expect(cluster.apply(unknown)).rejects.toThrow(
      /does not know Model of none.example\/v1. Install it/,
    );
    const nowhere = createCluster({ kubeconfig, context, namespace: 'no-such-namespace' });
    await expect(nowhere.apply(config('a', 'a'))).rejects.toThrow(/create namespace no-such-namespace/);
  });

  it('of what belongs to the whole cluster is refused', async () => {
    const wide = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'all' },
    };
    await expect(cluster.apply(wide)).rejects.toMatchObject({ type: 'NotPermitted' });
    expect(await cluster.get({ ...wide, name: 'all' })).toBeNull();
  });

  it('removes one very object, and what is gone stays gone', async () => {
    const { metadata } = await cluster.apply(config('removed', 'a'));
    await cluster.remove(ref('removed'), { uid: '00000000-0000-0000-0000-000000000000' });
    expect(await cluster.get(ref('removed'))).not.toBeNull();
    await cluster.remove(ref('removed'), metadata.uid === undefined ? {} : { uid: metadata.uid });
    await cluster.remove(ref('removed'));
    expect(await cluster.get(ref('removed'))).toBeNull();
  });
});

describe('an account', () => {
  let folder: string;
  let limited: string;
  const loginWith = async (token: string): Promise<void> => {
    const whole = parse(await readFile(kubeconfig, 'utf8')) as {
      readonly users: readonly { readonly name: string }[];
    };
    const users = whole.users.map(({ name }) => ({ name, user: { token } }));
    await writeFile(limited, JSON.stringify({ ...whole, users }));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhaul-account-'));
    limited = join(folder, 'kubeconfig');
    const role = await readFile(new URL('../../k8s/deploy/role.yaml', import.meta.url), 'utf8');
    const [account] = parseAllDocuments(role).map((document) => document.toJS() as Manifest);
    if (account === undefined) throw new Error('role.yaml is empty');
    await cluster.apply(account);
    const answer = await createConnection({ kubeconfig, context, namespace: namespace.name }).ask({
      ...{ method: 'POST', path: `/api/v1/namespaces/${namespace.name}/serviceaccounts/longhaul/token` },
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 600 },
      },
      asked: { verb: 'create', resource: 'serviceaccounts/token', group: '' },
    });
    const { status } = JSON.parse(answer) as { readonly status: { readonly token: string } };
    await loginWith(status.token);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('without rights is told which rule it lacks; with k8s/deploy/role.yaml it lacks none', async () => {
    const place = { kubeconfig: limited, context, namespace: namespace.name };
    await expect(createCluster(place).apply(config('a', 'a'))).rejects.toMatchObject({
      type: 'NotPermitted',
      mend: expect.stringContaining(
        '{ apiGroups: [""], resources: ["configmaps"], verbs: ["patch"] }',
      ) as string,
    });
    const role = await readFile(new URL('../../k8s/deploy/role.yaml', import.meta.url), 'utf8');
    for (const document of parseAllDocuments(role)) await cluster.apply(document.toJS() as Manifest);
    const examination = examineCluster(place);
    const asked = permissions.flatMap(({ group, resource, verbs }) =>
      verbs.map(async (verb) =>
        (await examination.isAllowed({ group, resource, verb })) ? [] : [`${verb} ${resource}`],
      ),
    );
    expect((await Promise.all(asked)).flat()).toEqual([]);
    expect(await examination.isAllowed({ group: '', resource: 'secrets', verb: 'get' })).toBe(false);
    expect(await examination.namespaceExists()).toBe(true);
    expect((await examination.version()).minor).toBeGreaterThanOrEqual(30);
  });

  it('whose token is taken no more is told how to renew it', async () => {
    await loginWith('outdated');
    const place = { kubeconfig: limited, context, namespace: namespace.name };
    await expect(createCluster(place).get(ref('applied'))).rejects.toMatchObject({
      type: 'NotPermitted',
      mend: expect.stringContaining('Renew them') as string,
    });
  });
});

describe('a way to the API server', () => {
  it('that breaks loses no change to a watch, which goes on where it was', async () => {
    await using way = await breakableWay(given);
    const over = createCluster({ kubeconfig: way.kubeconfig, context, namespace: namespace.name });
    const labels = { app: 'watched' };
    await over.changed([kind], labels, 10_000);
    way.breakOff();
    await expect(over.get(ref('watched'))).rejects.toMatchObject({ type: 'Unreachable' });
    await cluster.apply(config('watched', 'while it was broken'));
    way.mend();
    const begun = Date.now();
    await over.changed([kind], labels, 20_000);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(await over.get(ref('watched'))).not.toBeNull();
    const waiting = over.changed([kind], labels, 20_000);
    const written = Date.now();
    await cluster.apply(config('watched', 'after it was mended'));
    await waiting;
    expect(Date.now() - written).toBeLessThan(5_000);
  });

  it('that hangs is given up in time', async () => {
    await using way = await breakableWay(given);
    const place = { kubeconfig: way.kubeconfig, context, namespace: namespace.name };
    const over = clusterOver(createConnection(place, 1_000), namespace.name);
    await over.get(ref('applied'));
    way.hang();
    await expect(over.get(ref('applied'))).rejects.toMatchObject({
      type: 'Unreachable',
      said: expect.stringContaining('no answer in time') as string,
    });
    way.mend();
    expect(await over.get(ref('applied'))).not.toBeNull();
  });

  it('is a single connection for a hundred requests, and one for each watch', async () => {
    await using way = await breakableWay(given);
    const over = createCluster({ kubeconfig: way.kubeconfig, context, namespace: namespace.name });
    for (let time = 0; time < 100; time += 1) await over.get(ref('applied'));
    expect(way.connections()).toBe(1);
    await over.changed([kind, { apiVersion: 'v1', kind: 'Pod' }], { app: 'watched' }, 10_000);
    for (let time = 0; time < 5; time += 1) await over.changed([kind], { app: 'watched' }, 50);
    expect(way.connections()).toBeLessThanOrEqual(4);
  });
});

it('the doctor finds all that a release needs here, and tells a namespace that is not there', async () => {
  const environment = {
    ...{ target: 'kubernetes', kubeconfig, context, namespace: namespace.name },
    ...{ baseUrl: 'http://flights.test', prometheus: 'http://127.0.0.1:9090', traffic: { kind: 'istio' } },
  };
  const environments = {
    staging: environment,
    production: { ...environment, namespace: 'no-such-namespace' },
  };
  const mlflow = { trackingUri: 'http://10.0.0.1:5000' };
  const config = serverConfigSchema.parse({ version: 1, mlflow, projects: {}, environments });
  const found = (await Promise.all(clusterChecks(config).map((check) => check.look()))).flat();
  expect(found.filter(({ name }) => name.endsWith('staging')).map(({ state }) => state)).toEqual(
    Array(4).fill('ok'),
  );
  expect(found.filter(({ name }) => name.endsWith('production'))).toMatchObject([
    { state: 'problem', mend: expect.stringContaining('create namespace no-such-namespace') as string },
  ]);
});
