import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GitActivities } from '../../../activities/contracts.ts';
import { createGitActivities } from '../../../activities/git/index.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createMirrors } from '../../../activities/workspace/mirrors.ts';
import { serverConfigSchema } from '../../../config/server-config.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { createRepository, type TestRepository } from '../workspace/repository.ts';

const project = 'longhaul/flights';
const file = (...parts: readonly string[]): string =>
  readFileSync(join(import.meta.dirname, '../../../examples/flights', ...parts), 'utf8');

let folder: string;
let repository: TestRepository;
let store: ArtifactStore;
let activities: GitActivities;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-plan-'));
  repository = createRepository(join(folder, 'origin'));
  store = createArtifactStore({ home: { artifacts: join(folder, 'a'), documents: join(folder, 'd') } });
  const server = serverConfigSchema.parse({
    version: 1,
    projects: { [project]: { url: repository.url }, 'others/model': { url: repository.url } },
    secrets: { API_TOKEN: { env: 'API_TOKEN' } },
    environments: { staging: { target: 'local', port: 8101 }, production: { target: 'local', port: 8102 } },
  });
  const mirrors = createMirrors({ folder: join(folder, 'mirrors'), projects: () => server.projects, store });
  activities = createGitActivities({ mirrors, store, server: () => server });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const sample = {
  'longhaul.yaml': file('longhaul.yaml'),
  'requirements.txt': '',
  'requirements-dev.txt': '',
  'tests/performance/load_test.js': '',
};

test('the plan is that of the commit, recorded by its digest, whatever came later', async () => {
  const first = repository.commit(sample, 'Begin');
  const without = sample['longhaul.yaml'].slice(0, sample['longhaul.yaml'].indexOf('\nrelease:'));
  const second = repository.commit({ 'longhaul.yaml': without }, 'No release');

  const plan = await activities.resolvePlan({ project, commit: first });
  expect(plan.subject).toBe('Begin');
  expect(plan.ci.steps.map(({ name }) => name)).toContain('train-sample');
  expect(plan.release?.model).toBe('flight-delay');
  expect(JSON.parse(await store.getText(plan.configDigest))).toMatchObject({
    release: { model: 'flight-delay' },
  });
  expect(await activities.resolvePlan({ project, commit: first })).toEqual(plan);

  const later = await activities.resolvePlan({ project, commit: second });
  expect(later.release).toBeUndefined();
  expect(later.configDigest).not.toBe(plan.configDigest);
});

test('a wrong file is told by line and key', async () => {
  const commit = repository.commit({
    ...sample,
    'longhaul.yaml': sample['longhaul.yaml'].replace('timeout: 6h', 'timeout: soon'),
  });
  await expect(activities.resolvePlan({ project, commit })).rejects.toMatchObject({
    type: 'InvalidConfig',
    message: expect.stringMatching(/longhaul\.yaml:\d+:\d+\s+release\.train\.timeout/) as string,
  });
});

test('a commit without the file is told', async () => {
  const commit = repository.commit({ 'README.md': '' });
  await expect(activities.resolvePlan({ project, commit })).rejects.toMatchObject({ type: 'InvalidConfig' });
});

test('a repository that says it is another project is refused', async () => {
  const commit = repository.commit(
    {
      ...sample,
      'longhaul.yaml': sample['longhaul.yaml'].replace(`project: ${project}`, 'project: others/model'),
    },
    'Pretend',
  );
  await expect(activities.resolvePlan({ project, commit })).rejects.toMatchObject({
    type: 'NotPermitted',
    message: expect.stringContaining('says that it is others/model') as string,
  });
});

test('a commit whose own manifests are wrong is refused before anything is trained', async () => {
  const cluster = {
    target: 'kubernetes',
    namespace: 'models',
    baseUrl: 'https://models.example',
    prometheus: 'http://prometheus.monitoring:9090',
    mlflow: 'http://mlflow.ml:5000',
  };
  const server = serverConfigSchema.parse({
    version: 1,
    projects: { [project]: { url: repository.url } },
    secrets: { API_TOKEN: { env: 'API_TOKEN' } },
    environments: { staging: { target: 'local', port: 8101 }, production: cluster },
  });
  const mirrors = createMirrors({ folder: join(folder, 'mirrors'), projects: () => server.projects, store });
  const onCluster = createGitActivities({ mirrors, store, server: () => server });
  const text = `version: 1
project: ${project}
release:
  train: { run: train }
  evaluate: { run: evaluate }
  serve: { run: serve, container: { image: a } }
`;
  const serverOf = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: server }
spec:
  template:
    spec:
      containers: [{ name: server, image: "${image}", ports: [{ name: http, containerPort: 8000 }], readinessProbe: { httpGet: { path: /, port: http } } }]
`;
  const files = {
    ...sample,
    'longhaul.yaml': text,
    'environments/production.yaml': 'deployment: { manifests: k8s }\n',
  };
  const wrong = repository.commit({ ...files, 'k8s/deep/server.yaml': serverOf('${IMAG}') }, 'Wrong');
  await expect(onCluster.resolvePlan({ project, commit: wrong })).rejects.toThrow(
    /k8s\/deep\/server\.yaml:7:\d+ +`\$\{IMAG\}` has no value; did you mean `\$\{IMAGE\}`/,
  );
  const right = repository.commit({ 'k8s/deep/server.yaml': serverOf('${IMAGE}') }, 'Right');
  const plan = await onCluster.resolvePlan({ project, commit: right });
  expect(plan.release?.production.deployment?.manifests).toBe('k8s');
});
