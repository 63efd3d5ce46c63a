/** Which steps of the sample project's own plan a change makes run again. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprintOf } from '../../activities/steps/fingerprint.ts';
import { createArtifactStore } from '../../activities/store/index.ts';
import { createCheckouts } from '../../activities/workspace/checkouts.ts';
import { createMirrors } from '../../activities/workspace/mirrors.ts';
import { loadProject } from '../../config/load-project.ts';
import type { OutputRef } from '../../core/artifact.ts';
import type { CiPlan } from '../../core/ci.ts';
import type { Checkouts, PythonEnvironments } from '../../core/ports/workspace.ts';
import { idlePatterns } from '../../core/file-patterns.ts';
import { homePaths } from '../../local/home.ts';
import { repositoryRoot } from '../../local/tools.ts';
import { createRepository, type TestRepository } from '../activities/workspace/repository.ts';

const project = 'longhaul/flights';
const sample = join(repositoryRoot(), 'examples', 'flights');

let folder: string;
let repository: TestRepository;
let checkouts: Checkouts;
let base: string;
let atBase: ReadonlyMap<string, string> | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-flights-inputs-'));
  repository = createRepository(join(folder, 'origin'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: sample, encoding: 'utf8' }).split('\0');
  const texts = files.filter((file) => file !== '').map((file) => [file, readFileSync(join(sample, file), 'utf8')]);
  base = repository.commit(Object.fromEntries(texts) as Readonly<Record<string, string>>);
  const mirrors = createMirrors({
    folder: join(folder, 'mirrors'),
    projects: () => ({ [project]: { url: repository.url } }),
    store: createArtifactStore({ home: homePaths(join(folder, 'home')) }),
  });
  checkouts = createCheckouts(mirrors);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** An environment is as its requirements say; resolving them has tests of its own. */
const asWritten: Pick<PythonEnvironments, 'lock'> = {
  lock: async ({ commit, requirements }) => ({
    digest: (await Promise.all(requirements.map((file) => checkouts.read(commit, file)))).join('\0'),
    version: '3.11.2',
    packages: 1,
    local: [],
  }),
};

function planAt(commit: string): CiPlan {
  repository.git('checkout', '--quiet', commit);
  const loaded = loadProject({
    files: (path) => {
      const file = join(folder, 'origin', path);
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    },
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.ciPlan;
}

/** The digest of each step's fingerprint, as if each step that runs anew left other outputs than before. */
async function digestsAt(commit: string): Promise<ReadonlyMap<string, string>> {
  const { steps, overlay } = planAt(commit);
  const digests = new Map<string, string>();
  const outputs = new Map<string, readonly OutputRef[]>();
  const workspace = {
    checkouts,
    pythonEnvironments: asWritten as PythonEnvironments,
    secrets: { resolve: () => Promise.resolve({}) },
  };
  for (const step of steps) {
    const run = { id: `ci/${project}/${commit}`, project, commit, configDigest: '', overlay };
    const inputs = step.needs.flatMap((need) => outputs.get(need) ?? []);
    const { digest } = await fingerprintOf({ workspace }, { run, step, inputs, extraEnv: {} }, {});
    digests.set(step.name, digest);
    outputs.set(
      step.name,
      step.outputs.map((path) => ({ path, kind: 'folder', artifact: { digest, size: 1, name: path } })),
    );
  }
  return digests;
}

const textOf = (file: string): string => readFileSync(join(sample, file), 'utf8');

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['the readme', { 'README.md': 'Read me.' }, []],
  ['a new document', { 'docs/how.md': 'How.' }, []],
  ['the load test', { 'tests/performance/load_test.js': '' }, []],
  ['the replicas of production', { 'environments/production.yaml': textOf('environments/production.yaml').replace(/replicas: \d+/, 'replicas: 7') }, []],
  [
    'a feature',
    { 'src/flights/features.py': `${textOf('src/flights/features.py')}# other\n` },
    ['lint', 'unit-tests', 'feature-tests', 'train-sample', 'evaluate'],
  ],
  ['the server', { 'src/flights/server.py': '' }, ['lint', 'unit-tests']],
  ['a unit test', { 'tests/unit/test_model.py': '' }, ['lint', 'unit-tests']],
  ['the validation of data', { 'scripts/validate_data.py': '' }, ['lint', 'data-validation']],
  [
    'the sample of data',
    { 'data/sample.dvc': textOf('data/sample.dvc').replace(/md5: \w+/, `md5: ${'0'.repeat(32)}`) },
    ['data-validation', 'train-sample', 'evaluate'],
  ],
  ['the full data', { 'data/full.dvc': textOf('data/full.dvc').replace(/md5: \w+/, `md5: ${'0'.repeat(32)}`) }, []],
  [
    'a requirement',
    { 'requirements-dev.txt': `${textOf('requirements-dev.txt')}six==1.17.0\n` },
    ['lint', 'unit-tests', 'data-validation', 'feature-tests', 'train-sample', 'evaluate'],
  ],
  [
    'a command of the file',
    { 'longhaul.yaml': textOf('longhaul.yaml').replace('--max-epochs 2', '--max-epochs 3') },
    ['train-sample', 'evaluate'],
  ],
])('a change of %s', async (_what, change, expected) => {
  repository.git('checkout', '--quiet', '--detach', base);
  const changed = repository.commit(change);
  const before = (atBase ??= await digestsAt(base));
  const after = await digestsAt(changed);
  expect([...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name)).toEqual(expected);
});

test('each of its patterns chooses something', async () => {
  const files = Object.keys(await checkouts.list({ project, commit: base }));

  for (const { name, inputs = [] } of planAt(base).steps) expect([name, idlePatterns(inputs, files)]).toEqual([name, []]);
});
