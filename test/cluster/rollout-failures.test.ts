/** Each way in which a rollout fails, provoked on the cluster: what is told of it, and whether it is waited for. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { PodObject } from '../../k8s/rollout/api-types.ts';
import { diagnoseRollout } from '../../k8s/rollout/diagnose.ts';
import type { RolloutDiagnosis } from '../../k8s/rollout/diagnose.ts';
import { gatherRolloutFacts, isReady } from '../../k8s/rollout/gather.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace, type TestNamespace } from './support/namespace.ts';

const { kubeconfig, context, flightsImage } = testCluster();
const port = randomInt(20_000, 30_000);
/** On the node's loopback, where images are pulled without TLS: it has none, and wants a login for `private`. */
const registryHost = `localhost:${port}`;
let namespace: TestNamespace;
let cluster: Cluster;

const container = (fields: object): object => ({
  ...{ name: 'server', image: flightsImage, imagePullPolicy: 'IfNotPresent' },
  ...fields,
});
const python = (program: string): object => ({ command: ['python', '-c', program] });
const shell = (line: string): object => ({ command: ['/bin/sh', '-c', line] });
const forever = python('import time; time.sleep(600)');

const serverThat = (answer: string, host: string, listens: number): string =>
  `import http.server as h
class H(h.BaseHTTPRequestHandler):
  def log_message(s, *a): pass
  def do_GET(s):
    ${answer}
    s.send_header('content-length', '0'); s.end_headers()
  do_HEAD = do_GET
h.ThreadingHTTPServer(('${host}', ${listens}), H).serve_forever()`;

const registryAnswers = `s.send_response(401 if 'private' in s.path else 404)
    if 'private' in s.path: s.send_header('www-authenticate', 'Basic realm=test')`;

/** Pods by the failure that they are made for. */
const failures: Readonly<Record<string, object>> = {
  'absent-image': { containers: [container({ image: `${registryHost}/flights:9` })] },
  'refused-image': {
    ...{ containers: [container({ image: `${registryHost}/private/flights:9` })] },
    imagePullSecrets: [{ name: 'no-such-login' }],
  },
  'unreached-registry': { containers: [container({ image: 'localhost:1/flights:9' })] },
  'crash-loop': { containers: [container(shell('echo ValueError: no model.pkl >&2; exit 3'))] },
  'out-of-memory': {
    containers: [
      container({ ...python('x = bytearray(500_000_000)'), resources: { limits: { memory: '32Mi' } } }),
    ],
  },
  'no-model': {
    initContainers: [container({ name: 'fetch-model', ...shell('echo no models:/flights/7 >&2; exit 1') })],
    containers: [container(forever)],
  },
  'no-secret': {
    containers: [
      container({
        ...forever,
        env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } }],
      }),
    ],
  },
  'no-node': { containers: [container({ ...forever, resources: { requests: { cpu: '1000' } } })] },
  'never-ready': {
    containers: [
      container({
        ...python(serverThat('s.send_response(503)', '', 8000)),
        readinessProbe: { httpGet: { path: '/healthz', port: 8000 }, periodSeconds: 1 },
      }),
    ],
  },
  'no-account': { serviceAccountName: 'nobody', containers: [container(forever)] },
};

const deployment = (name: string, pod: object): Manifest => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { dnsPolicy: 'Default', terminationGracePeriodSeconds: 0, ...pod },
    },
  },
});

/** What is told of a Deployment, from one change to the next, until it is as expected. */
async function diagnosed(
  name: string,
  isExpected: (diagnosis: RolloutDiagnosis) => boolean,
): Promise<RolloutDiagnosis> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name });
    if (found === null) throw new Error(`${name} is gone`);
    const diagnosis = diagnoseRollout(await gatherRolloutFacts(cluster, found));
    if (isExpected(diagnosis) || Date.now() > deadline) return diagnosis;
    await cluster.changed([{ apiVersion: 'v1', kind: 'Pod' }], { app: name }, 2_000);
  }
}

beforeAll(async () => {
  namespace = await makeNamespace('failures');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
  const registry = serverThat(registryAnswers, '127.0.0.1', port);
  const probe = {
    exec: { command: ['python', '-c', `import socket; socket.create_connection(('127.0.0.1', ${port}))`] },
  };
  await cluster.apply({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'registry', labels: { app: 'registry' } } },
    spec: {
      ...{ hostNetwork: true, dnsPolicy: 'Default', terminationGracePeriodSeconds: 0 },
      containers: [container({ ...python(registry), readinessProbe: { ...probe, periodSeconds: 1 } })],
    },
  });
  for (let ready = false; !ready;) {
    await cluster.changed([{ apiVersion: 'v1', kind: 'Pod' }], { app: 'registry' }, 30_000);
    const [pod] = await cluster.list<PodObject>({ apiVersion: 'v1', kind: 'Pod' }, { app: 'registry' });
    ready = pod !== undefined && isReady(pod);
  }
  await Promise.all(Object.entries(failures).map(([name, pod]) => cluster.apply(deployment(name, pod))));
});

afterAll(() => namespace.remove());

describe('is not waited for', () => {
  it.each([
    ['absent-image', /^image localhost:\d+\/flights:9 does not exist: .*not found$/],
    [
      'refused-image',
      /^the registry refuses image .*401 Unauthorized; its pull secret no-such-login does not exist/,
    ],
    ['no-secret', /^container server cannot be made: Secret api does not exist in the namespace$/],
    ['no-account', /^pods are not made: .*serviceaccount "nobody" not found$/],
    [
      'crash-loop',
      /^container server ended with exit code 3 \(started \d+ times\)\n {2}ValueError: no model\.pkl$/,
    ],
    ['out-of-memory', /^container server ran out of memory: its limit is 32Mi \(started \d+ times\)/],
    [
      'no-model',
      /^fetch-model, which runs before the server, ended with exit code 1 .*\n {2}no models:\/flights\/7$/,
    ],
  ])('%s', async (name, problem) => {
    const diagnosis = await diagnosed(name, ({ hopeless }) => hopeless === true);
    expect(diagnosis).toMatchObject({ ready: 0, hopeless: true });
    expect(diagnosis.problem).toMatch(problem);
  });
});

describe('is waited for', () => {
  it.each([
    ['unreached-registry', /^image localhost:1\/flights:9 cannot be pulled yet: .*connection refused$/],
    [
      'never-ready',
      /^container server runs, but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503/,
    ],
    ['no-node', /^pod no-node-\S+ finds no node: .*Insufficient cpu/],
  ])('%s', async (name, problem) => {
    const diagnosis = await diagnosed(name, (told) => told.problem?.match(problem) != null);
    expect(diagnosis).toMatchObject({ ready: 0, hopeless: false });
    expect(diagnosis.problem).toMatch(problem);
    expect(diagnosis.warnings).toHaveLength(name === 'no-node' ? 1 : 0);
  });
});
