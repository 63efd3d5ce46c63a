/** Types `longhaul ci …` at a real worker and real workflows, and reads in a journal which commands really ran. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import type { CiRunResult } from '../../core/ci.ts';
import type { StepFingerprint } from '../../core/fingerprint.ts';
import { factsOf } from '../../core/render/step-words.ts';
import type { TakenFrom } from '../../core/step.ts';
import { createRepository, type TestRepository } from '../activities/workspace/repository.ts';
import { startDevServer, type DevServer } from '../client/dev-server.ts';
import { runCli, type CliResult } from '../client/run-cli.ts';
import { startHosts, type Hosts } from './support/hosts.ts';

const project = 'acme/model';

let folder: string;
let server: DevServer;
let hosts: Hosts;
let repository: TestRepository;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-by-content-'));
  repository = createRepository(join(folder, 'origin'));
  repository.commit(files());
  server = await startDevServer();
  hosts = await startHosts({
    server,
    hosts: [{ home: join(folder, 'home'), concurrency: 2, umask: '022' }],
    projects: { [project]: repository.url },
    env: {},
  });
}, 120_000);
afterAll(async () => {
  await hosts.stop();
  await server.stop();
  rmSync(folder, { recursive: true, maxRetries: 3 });
});
beforeEach(() => {
  writeFileSync(join(folder, 'journal'), '');
});

/** Names of the steps whose commands have run in this test, in order. */
const ran = (): readonly string[] =>
  readFileSync(join(folder, 'journal'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .sort();

const files = (): Readonly<Record<string, string>> => {
  const noted = (name: string): string => `echo ${name} >> ${join(folder, 'journal')}`;
  return {
    'README.md': 'one',
    'src/model.txt': 'model 1',
    'tests/unit.sh': 'grep model src/model.txt',
    'tests/deep.sh': 'grep model src/model.txt',
    'longhaul.yaml': stringify({
      version: 1,
      project,
      model: 'model',
      python: { requirements: [] },
      ci: {
        inputs: ['src'],
        steps: {
          lint: {
            run: [noted('lint'), `test -e ${join(folder, 'quick')} || sleep 10`],
            inputs: ['src', 'tests'],
          },
          tests: {
            needs: ['lint'],
            matrix: { group: ['unit', 'deep'] },
            inputs: ['src', 'tests/${matrix.group}.sh'],
            run: [noted('$MATRIX_GROUP'), 'sh tests/${matrix.group}.sh'],
          },
          train: {
            needs: ['tests'],
            run: [noted('train'), 'mkdir models', 'cp src/model.txt models/'],
            outputs: ['models'],
          },
          evaluate: {
            needs: ['train'],
            run: [noted('evaluate'), 'grep -v broken models/model.txt'],
          },
        },
      },
    }),
  };
};

const type = (...args: readonly string[]): Promise<CliResult> =>
  runCli(args, { home: join(folder, 'home'), folder: join(folder, 'origin') });

async function ciRun(...args: readonly string[]): Promise<CiRunResult> {
  const { stdout, stderr } = await type('ci', 'run', '--json', ...args);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as CiRunResult;
}

const takenOver = ({ steps }: CiRunResult): readonly string[] =>
  steps.filter(({ outcome }) => factsOf(outcome)?.takenFrom !== undefined).map(({ name }) => name);

const every = ['lint', 'tests-unit', 'tests-deep', 'train', 'evaluate'];

test('a second run of a commit takes everything over, in under a tenth of the time', async () => {
  const first = await ciRun();
  expect([first.passed, takenOver(first)]).toEqual([true, []]);
  expect(ran()).toEqual(['deep', 'evaluate', 'lint', 'train', 'unit']);
  writeFileSync(join(folder, 'quick'), '');

  const second = await ciRun();
  expect([second.passed, takenOver(second)]).toEqual([true, every]);
  expect(ran()).toHaveLength(5);
  expect(second.seconds).toBeLessThan(first.seconds / 10);

  const report = await type('ci', 'show', '--report');
  expect(report.stdout).toMatch(/took over 5 of 5 steps \(\S+ s saved\)/);
}, 120_000);

test('a change runs what depends on it, and `ci explain` says why', async () => {
  const commit = repository.commit({ 'README.md': 'two', 'tests/deep.sh': 'grep -q model src/model.txt' });
  const result = await ciRun();
  expect(ran()).toEqual(['deep', 'lint']);
  expect(takenOver(result)).toEqual(['tests-unit', 'train', 'evaluate']);

  const why = await type('ci', 'explain', 'tests-deep');
  expect(why.stdout).toMatch(
    /^tests-deep of ci\/acme\/model\/\w+ {2}passed\n {2}ran, because tests\/deep\.sh changed\n/,
  );
  expect(why.stdout).toContain('2 files: src, tests/deep.sh');
  expect(why.stdout).toContain('MATRIX_GROUP=deep');
  const whose = await type('ci', 'explain', 'train', '--run', commit);
  expect(whose.stdout).toMatch(/ {2}took the result of ci\/acme\/model\/\w+, which passed at .* saved\n/);
  const seen = await type('ci', 'explain', 'tests-unit', '--files');
  expect(seen.stdout.split('\n').map((line) => line.split('  ')[1])).toEqual([
    'src/model.txt',
    'tests/unit.sh',
    undefined,
  ]);
  const { takenFrom, fingerprint } = JSON.parse((await type('ci', 'explain', 'train', '--json')).stdout) as {
    readonly takenFrom: TakenFrom;
    readonly fingerprint: StepFingerprint;
  };
  expect(takenFrom.commit).not.toBe(commit);
  expect(fingerprint.files).toHaveProperty(['src/model.txt']);
  const unknown = await type('ci', 'explain', 'tests');
  expect(unknown.code).toBe(exitCodes.notFound);
  expect(unknown.stderr).toContain('It has: lint, tests-unit, tests-deep, train, evaluate');
}, 120_000);

test('with --no-cache everything runs', async () => {
  expect(takenOver(await ciRun('--no-cache'))).toEqual([]);
  expect(ran()).toHaveLength(5);
}, 120_000);

test('a run that failed is gone on from, and one that passed is not', async () => {
  repository.commit({ 'src/model.txt': 'model broken' });
  const failed = await ciRun();
  expect(failed.passed).toBe(false);
  expect(ran()).toHaveLength(5);

  const again = await type('ci', 'retry');
  expect(again.code).toBe(exitCodes.notPassed);
  expect(again.stdout).toContain(
    'Takes over: lint, tests-unit, tests-deep, train.\nRuns: evaluate (failed).\n',
  );
  expect(again.stdout).toContain(`longhaul ci retry ${failed.id}`);
  expect(ran()).toHaveLength(6);
  const why = await type('ci', 'explain', 'evaluate');
  expect(why.stdout).toContain('ran, because it did not pass with these inputs');

  repository.commit({ 'src/model.txt': 'model 1' });
  const mended = await ciRun();
  expect([mended.passed, takenOver(mended)]).toEqual([true, every]);
  const refused = await type('ci', 'retry');
  expect(refused.code).toBe(exitCodes.refused);
  expect(refused.stderr).toContain('longhaul ci run --no-cache');
}, 120_000);
