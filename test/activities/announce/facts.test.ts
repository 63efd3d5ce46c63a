import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endedCiView, readPullRequestFacts } from '../../../activities/announce/facts/index.ts';
import type { FactSources } from '../../../activities/announce/facts/index.ts';
import { createDirectoryStore } from '../../../activities/store/directory-store.ts';
import { createMirrors } from '../../../activities/workspace/mirrors.ts';
import type { CiRunResult, CiStepResult } from '../../../core/ci.ts';
import { LonghaulError } from '../../../core/errors.ts';
import { ciRunId, documentKeys } from '../../../core/ids.ts';
import { pullRequestComment } from '../../../core/render/forge/comment.ts';
import type { CiView, PullRequestFacts } from '../../../core/forge-view.ts';
import type { ModelRegistry } from '../../../core/ports/model-registry.ts';
import type { Forge, PullRequest } from '../../../core/ports/forge.ts';
import { ciOnly } from '../../config/repository.ts';

const project = 'team/model';
const headCommit = 'a'.repeat(40);
const folder = mkdtempSync(join(tmpdir(), 'longhaul-facts-'));
const origin = join(folder, 'origin');
const store = createDirectoryStore({ artifacts: join(folder, 'a'), documents: join(folder, 'd') });
const mirrors = createMirrors({
  folder: join(folder, 'mirrors'),
  projects: () => ({ [project]: { url: `file://${origin}` } }),
  store,
});

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', origin, '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...args], {
    encoding: 'utf8',
  }).trim();

function commit(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(origin, path)), { recursive: true });
    writeFileSync(join(origin, path), text);
  }
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'work');
  return git('rev-parse', 'HEAD');
}

const evaluated = (accuracy: number): CiStepResult => ({
  name: 'evaluate',
  outcome: { status: 'passed', outputs: [], seconds: 1, documents: [], notes: [], metrics: { accuracy } },
});

const resultOf = (
  hash: string,
  steps: readonly CiStepResult[],
  given: Partial<CiRunResult> = {},
): CiRunResult => ({
  ...{ id: ciRunId(project, hash), project, commit: hash, startedAt: '2026-11-23T14:00:00.000Z', seconds: 9 },
  ...{ passed: steps.every(({ outcome }) => outcome.status === 'passed'), configDigest: 'sha256:c', steps },
  report: { markdown: { digest: 'x', size: 1, name: 'x' }, junit: { digest: 'x', size: 1, name: 'x' } },
  ...given,
});

const keep = (result: CiRunResult): Promise<void> =>
  store.writeDocument(documentKeys.ciRun(result.id), JSON.stringify(result));

let commits: { readonly passed: string; readonly head: string; readonly side: string };

beforeAll(async () => {
  mkdirSync(origin, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  const file = `${ciOnly}pullRequest: { lowerIsBetter: [accuracy] }
release:
  train: { run: python train.py }
  evaluate: { run: python evaluate.py }
  serve: { run: python serve.py }
`;
  const passed = commit({
    'longhaul.yaml': file,
    'requirements.txt': '',
    'tests/performance/load_test.js': '',
  });
  git('checkout', '--quiet', '-b', 'side');
  const side = commit({ 'a.txt': 'a' });
  git('checkout', '--quiet', 'main');
  const failing = commit({ 'b.txt': 'b' });
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'side');
  const head = commit({ 'c.txt': 'c' });
  commits = { passed, head, side };
  await keep(resultOf(passed, [evaluated(0.8)]));
  await keep(resultOf(side, [evaluated(0.1)]));
  await keep(resultOf(failing, [{ name: 'evaluate', outcome: { status: 'skipped', reason: 'no' } }]));
  await keep(resultOf(head, [evaluated(0.2)], { untrusted: true }));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const registry = (tags: Readonly<Record<string, string>> | null): ModelRegistry =>
  ({
    getAlias: () => Promise.resolve(tags === null ? null : '7'),
    describe: () =>
      Promise.resolve({ model: 'churn', version: '7', runId: 'r', source: '', tags: tags ?? {} }),
    metrics: () => Promise.resolve({ accuracy: 0.5 }),
  }) satisfies Partial<ModelRegistry> as unknown as ModelRegistry;

const sources = (given: Partial<FactSources> = {}): FactSources => ({
  ...{
    store,
    mirrors,
    registry: registry({ 'longhaul.metrics': '{"accuracy":0.9}', 'longhaul.data': 'data/full@sha256:f' }),
  },
  forge: {
    pullRequest: () =>
      Promise.resolve({
        commit: headCommit,
        baseBranch: 'main',
        baseCommit: commits.head,
      } satisfies Partial<PullRequest> as PullRequest),
    changedFiles: () => Promise.resolve(['models/a.bin']),
  } satisfies Partial<Forge> as unknown as Forge,
  ...given,
});

const ref = { project, number: 4 };

async function factsOf(run: CiView, given: Partial<FactSources> = {}): Promise<PullRequestFacts> {
  const facts = await readPullRequestFacts(sources(given), run, ref);
  if (facts === null) throw new Error('The commit is the head.');
  return facts;
}

describe('the facts of a pull request', () => {
  test('are of the base branch’s newest run that passed, its file, and the champion as its release tagged it', async () => {
    const run = await endedCiView(store, {}, resultOf(headCommit, [evaluated(0.85)]));
    const facts = await factsOf(run);
    expect(facts.base).toMatchObject({ branch: 'main', commit: commits.passed });
    expect(facts.champion).toEqual({
      version: '7',
      metrics: { accuracy: 0.9 },
      data: { 'data/full': 'sha256:f' },
    });
    expect(facts.policy.lowerIsBetter).toEqual(['accuracy']);
    const comment = pullRequestComment(facts, null);
    expect(comment).toContain('| accuracy | 0.85 | 0.9 | ▼ −0.05 better | 0.8 | ▲ +0.05 **worse** |');
    expect(comment).toContain('### Checklist');
  });

  test('come without a champion where there is none, or where the registry is away', async () => {
    const run = await endedCiView(store, {}, resultOf(headCommit, [evaluated(0.85)]));
    const away = {
      ...registry(null),
      getAlias: () => Promise.reject(new LonghaulError('Unreachable', 'away')),
    };
    for (const each of [registry(null), away]) {
      expect((await factsOf(run, { registry: each })).champion).toBeNull();
    }
  });
});

test('a run whose commit is the head no longer has no say in the comment', async () => {
  const run = await endedCiView(store, {}, resultOf('b'.repeat(40), [evaluated(0.85)]));
  expect(await readPullRequestFacts(sources(), run, ref)).toBeNull();
});

describe('what steps have left', () => {
  test('is read out of their logs and documents, a long log from its end', async () => {
    const path = join(folder, 'long.log');
    writeFileSync(
      path,
      `src/a.py:1:1: F401 unused\n${'x'.repeat(99)}\n`.repeat(50_000) + 'src/b.py:2:1: F401 unused\n',
    );
    const diagnostics = JSON.stringify({
      error: { type: 'ValueError', message: 'NaN', trace: 'T' },
      data: {},
    });
    const failed: CiStepResult = {
      name: 'train',
      outcome: {
        ...{ status: 'failed', reason: 'exit code 1', lastLines: [], seconds: 1, notes: [] },
        log: await store.putFile(path, 'train.log'),
        documents: [
          await store.putText(diagnostics, 'training_diagnostics.json'),
          await store.putText('# Report', 'report.md'),
          { digest: `sha256:${'0'.repeat(64)}`, size: 3, name: 'gone.md' },
        ],
      },
    };
    const view = await endedCiView(store, {}, resultOf(headCommit, [failed]));
    expect(view.read['train']).toMatchObject({
      findings: { annotations: [{ path: 'src/a.py' }, { path: 'src/b.py' }] },
      diagnostics: { error: { type: 'ValueError' } },
      report: { name: 'report.md' },
    });
  });

  test('of a result taken over stays where it was said', async () => {
    const log = await store.putText('src/a.py:1:1: F401 unused', 'lint.log');
    const takenFrom = { run: 'ci/x', commit: 'c', at: '', seconds: 1 };
    const taken: CiStepResult = {
      name: 'lint',
      outcome: { status: 'passed', outputs: [], seconds: 1, documents: [], notes: [], log, takenFrom },
    };
    const view = await endedCiView(store, {}, resultOf(headCommit, [taken]));
    expect(view.read).toEqual({});
  });

  test('flaky tests come with their history', async () => {
    const flaky = [{ name: 'tests/a.py::test_b', failures: 1, tries: 2, message: 'm' }];
    for (const [index, seen] of [flaky, [], flaky].entries()) {
      const run = {
        ...{ at: `2026-11-2${index}T00:00:00Z`, project, step: 'tests', commit: 'c', run: 'r', flaky: seen },
        tests: { passed: 1, failed: 0, skipped: 0 },
      };
      await store.writeDocument(
        documentKeys.testHistory(project, 'tests', `run-${index}`),
        JSON.stringify(run),
      );
    }
    const tests: CiStepResult = {
      name: 'tests',
      outcome: { status: 'passed', outputs: [], seconds: 1, documents: [], notes: [], flaky },
    };
    const run = await endedCiView(store, {}, resultOf(headCommit, [tests]));
    const facts = await factsOf(run);
    expect(facts.history).toMatchObject([{ test: 'tests/a.py::test_b', flakyRuns: 2, runs: 3 }]);
  });
});
