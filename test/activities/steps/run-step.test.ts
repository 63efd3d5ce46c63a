import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StepSpec } from '../../../core/step.ts';
import { stepLogPath } from '../../../local/home.ts';
import { processesWith, until } from './processes.ts';
import { createStepSite, project, stepInput, type StepSite } from './step-site.ts';

let site: StepSite;
beforeEach(() => {
  vi.stubEnv('LONGHAUL_TEST_TOKEN', 'correct-horse-battery');
  site = createStepSite();
});
afterEach(() => {
  vi.unstubAllEnvs();
  site.remove();
});

const leftBehind = (): readonly string[] =>
  existsSync(site.home.worktrees) ? readdirSync(site.home.worktrees) : [];

test('a step passes with its facts, and its outputs are there for the next', async () => {
  const commit = site.repository.commit({ 'code.txt': 'committed' });
  const first = await site.run(
    stepInput(commit, {
      run: [
        'mkdir -p models/deep models/empty && cp code.txt models/deep/model && echo "{}" > card.json',
        'echo \'{"accuracy": 0.9, "note": "x"}\' > "$LONGHAUL_OUTPUT_DIR/metrics.json"',
      ],
      outputs: ['models', 'card.json'],
      reports: { metrics: { file: 'metrics.json', minimum: { accuracy: 0.5 } } },
    }),
  );
  expect(first).toMatchObject({ status: 'passed', metrics: { accuracy: 0.9 }, notes: [] });
  if (first.status !== 'passed') throw new Error('unreachable');
  expect(first.outputs.map(({ path, kind }) => [path, kind])).toEqual([
    ['models', 'folder'],
    ['card.json', 'file'],
  ]);

  const second = stepInput(
    commit,
    { name: 'next', run: ['cat models/deep/model card.json; test -d models/empty'] },
    { inputs: first.outputs },
  );
  expect(await site.run(second)).toMatchObject({ status: 'passed' });
  expect(await readFile(stepLogPath(site.home.logs, second.run.id, 'next', 1), 'utf8')).toContain(
    'committed{}',
  );
  expect(leftBehind()).toEqual([]);
});

test('a step that measures very much tells part of it, with what it is judged by', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const metrics = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`m${index}`, index]));
  const outcome = await site.run(
    stepInput(commit, {
      run: [`echo '${JSON.stringify(metrics)}' > "$LONGHAUL_OUTPUT_DIR/metrics.json"`],
      reports: { metrics: { file: 'metrics.json', minimum: { m299: 1 } } },
    }),
  );
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome));
  expect(Object.keys(outcome.metrics ?? {})).toHaveLength(200);
  expect(outcome.metrics).toMatchObject({ m0: 0, m299: 299 });
  expect(outcome.notes).toEqual(['100 of 300 metrics are left out here']);
});

test('a history of tests that cannot be kept is told, and fails no step', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const junit = '<testsuite><testcase classname="a" name="b"/></testsuite>';
  mkdirSync(site.home.documents, { recursive: true });
  writeFileSync(join(site.home.documents, 'test-history'), 'in its way');
  const outcome = await site.run(
    stepInput(commit, {
      run: [`echo '${junit}' > "$LONGHAUL_OUTPUT_DIR/junit.xml"`],
      reports: { junit: 'junit.xml' },
    }),
  );
  expect(outcome).toMatchObject({
    status: 'passed',
    notes: [expect.stringContaining('the history of its tests lacks this run: ')],
  });
});

test('an error that quotes a secret is told without it', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const input = stepInput(commit, { secrets: ['TOKEN'], requirements: ['correct-horse-battery.txt'] });
  await expect(site.run(input)).rejects.toMatchObject({
    type: 'BrokenEnvironment',
    message: expect.stringMatching(/^The requirements file \*\*\*\.txt is not in the commit/) as string,
  });
});

test('the ledger of a training that breaks off has no secret of the error that broke it off', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const train: Partial<StepSpec> = { name: 'train', queue: 'gpu', data: ['correct-horse-battery'] };
  const broken = stepInput(commit, { ...train, secrets: ['TOKEN'] });
  await expect(site.run(broken)).rejects.toThrow(' ***');
  const ledgers = await site.store.listDocuments(`ledgers/${broken.run.id}/`);
  expect(ledgers).toHaveLength(1);
  const ledger = await site.store.readDocument(ledgers[0] ?? '');
  expect(ledger).toContain('The data ***');
  expect(ledger).not.toContain('horse');
});

test('the environment is what the contract and the file say, and nothing of the worker', async () => {
  vi.stubEnv('WORKER_ONLY', 'leak');
  const commit = site.repository.commit({ 'a.txt': '' });
  const outcome = await site.run(
    stepInput(
      commit,
      {
        run: ['env | sort > env.txt'],
        env: { GIVEN: 'by the file' },
        outputs: ['env.txt'],
        secrets: ['TOKEN'],
      },
      {
        run: {
          id: 'r/1',
          project,
          commit,
          configDigest: 'x',
          overlay: { LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '64' },
        },
        extraEnv: { MLFLOW_RUN_ID: 'abc' },
      },
    ),
  );
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome));
  const env = await site.store.getText(outcome.outputs[0]?.artifact.digest ?? '');
  expect(env).not.toContain('leak');
  for (const line of [
    'GIVEN=by the file',
    'PYTHONHASHSEED=42',
    `LONGHAUL_COMMIT=${commit}`,
    'LONGHAUL_RUN_ID=r/1',
    'LONGHAUL_CONFIG_MODEL_BATCH_SIZE=64',
    'MLFLOW_RUN_ID=abc',
    'MLFLOW_TRACKING_URI=http://127.0.0.1:5000',
    'TOKEN=correct-horse-battery',
  ]) {
    expect(env.split('\n')).toContain(line);
  }
  for (const name of [
    'LONGHAUL_OUTPUT_DIR',
    'LONGHAUL_CHECKPOINT_DIR',
    'LONGHAUL_PROGRESS',
    'HOME',
    'TMPDIR',
  ]) {
    expect(env).toMatch(new RegExp(`^${name}=${site.home.worktrees}`, 'm'));
  }
});

test('a failing command is an outcome with its reason, its last lines and its log', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const outcome = await site.run(
    stepInput(commit, { run: ['for i in $(seq 50); do echo "line $i"; done; exit 3', 'echo never'] }),
  );
  if (outcome.status !== 'failed') throw new Error(JSON.stringify(outcome));
  expect(outcome.exitCode).toBe(3);
  expect(outcome.reason).toMatch(/ended with 3/);
  expect(outcome.lastLines).toHaveLength(30);
  expect(outcome.lastLines).toContain('line 50');
  const log = await site.store.getText(outcome.log?.digest ?? '');
  expect(log).toContain('line 1\n');
  expect(log).not.toContain('echo never');
});

test('a command that is not there is named, with what to do', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const outcome = await site.run(stepInput(commit, { run: ['rufff check .'] }));
  expect(outcome).toMatchObject({
    status: 'failed',
    exitCode: 127,
    reason: '`rufff check .`: command not found: rufff',
    failure: {
      id: 'command-not-found',
      cause: 'command not found: rufff',
      mend: expect.stringContaining('requirements') as string,
    },
  });
});

test('a pipe fails with its first part', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  expect(await site.run(stepInput(commit, { run: ['false | cat'] }))).toMatchObject({ status: 'failed' });
});

test('a declared output that is not left fails the step', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  expect(await site.run(stepInput(commit, { outputs: ['models'] }))).toMatchObject({
    status: 'failed',
    reason: 'the output models was declared but not left',
  });
});

test('secrets are not in the log, the last lines, the reason or the documents', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const outcome = await site.run(
    stepInput(commit, {
      secrets: ['TOKEN'],
      run: [
        'echo "{\\"why\\": \\"$TOKEN\\"}" > $LONGHAUL_OUTPUT_DIR/diagnostics.json',
        'printf %s "${TOKEN:0:9}"; sleep 0.2; echo "${TOKEN:9}"; echo "is $TOKEN"; exit 1',
      ],
      reports: { diagnostics: 'diagnostics.json' },
    }),
  );
  if (outcome.status !== 'failed') throw new Error(JSON.stringify(outcome));
  expect(JSON.stringify(outcome)).not.toContain('horse');
  expect(outcome.lastLines).toEqual(['***', 'is ***']);
  expect(await site.store.getText(outcome.log?.digest ?? '')).not.toContain('horse');
  expect(await site.store.getText(outcome.documents[0]?.digest ?? '')).toBe('{"why": "***"}\n');
});

test('a step over its time is ended with its whole tree', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const outcome = await site.run(
    stepInput(commit, { run: ['setsid sleep 300 & echo on; sleep 300'], timeoutMs: 400 }),
  );
  expect(outcome).toMatchObject({
    status: 'timedOut',
    reason: 'took longer than 400 ms',
    lastLines: expect.arrayContaining(['on']) as string[],
  });
  expect(processesWith(site.home.worktrees)).toEqual([]);
  expect(leftBehind()).toEqual([]);
});

test('a cancelled step ends with its whole tree, and is cancelled', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const { outcome, environment, heartbeats } = site.start(
    stepInput(commit, { run: ['setsid sleep 300 & echo on; sleep 300'] }),
  );
  const ended = expect(outcome).rejects.toBeInstanceOf(CancelledFailure);
  await until('it runs', () => heartbeats.at(-1)?.lastLine === 'on');
  environment.cancel();
  await ended;
  expect(processesWith(site.home.worktrees)).toEqual([]);
  expect(leftBehind()).toEqual([]);
});

test('infrastructure that fails is an error, not an outcome', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  await expect(site.run(stepInput('f'.repeat(40), {}))).rejects.toMatchObject({ type: 'UnknownCommit' });
  await expect(site.run(stepInput(commit, { secrets: ['OTHER'] }))).rejects.toMatchObject({
    type: 'NotPermitted',
  });
  await expect(site.run(stepInput(commit, { requirements: ['no.txt'] }))).rejects.toMatchObject({
    type: 'BrokenEnvironment',
  });
  expect(leftBehind()).toEqual([]);
});
