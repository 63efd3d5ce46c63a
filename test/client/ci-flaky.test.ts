import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createArtifactStore } from '../../activities/store/index.ts';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { documentKeys } from '../../core/ids.ts';
import type { TestRun } from '../../core/test-history.ts';
import { homePaths } from '../../local/home.ts';
import { makeHome } from './dev-server.ts';
import { runCli } from './run-cli.ts';

const name = 'tests/unit/test_model.py::test_fit';
const run = (day: number, project: string, step: string, isFlaky: boolean): TestRun => ({
  ...{
    at: `2026-11-${day}T10:00:00.000Z`,
    project,
    step,
    commit: `3f2a91c0d4e1${day}`,
    run: `ci/${project}/${day}`,
  },
  tests: { passed: 2, failed: 0, skipped: 0 },
  flaky: isFlaky ? [{ name, failures: 1, tries: 2, message: 'assert 0.49 > 0.5' }] : [],
});

let home: string;
beforeAll(async () => {
  home = makeHome('127.0.0.1:1');
  const store = createArtifactStore({ home: homePaths(home) });
  const runs = [
    run(20, 'acme/model', 'unit-tests', true),
    run(21, 'acme/model', 'unit-tests', false),
    run(22, 'acme/model', 'unit-tests', true),
    run(22, 'acme/model', 'feature-tests', false),
    run(22, 'acme/model-two', 'unit-tests', false),
  ];
  for (const each of runs) {
    const key = documentKeys.testHistory(each.project, each.step, each.run);
    await store.writeDocument(key, JSON.stringify(each));
  }
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

test('lists the flaky tests of a project with their rate, without a server', async () => {
  const { code, stdout } = await runCli(['ci', 'flaky', '--project', 'acme/model'], { home });
  expect(code).toBe(exitCodes.ok);
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^rate +runs +first seen +last seen +last commit +step +test$/),
    expect.stringMatching(
      /^66\.7 % +2 of 3 +2026-11-20 10:00:00 +2026-11-22 10:00:00 +3f2a91c0d4e1 +unit-tests +tests\/unit\/test_model\.py::test_fit: assert 0\.49 > 0\.5$/,
    ),
  ]);
});

test('of one step, of all projects, and for programs', async () => {
  const ofStep = ['ci', 'flaky', '--project', 'acme/model', '--step', 'feature-tests'];
  expect((await runCli(ofStep, { home })).stdout).toBe('No flaky test in 1 run.\n');
  const { stdout } = await runCli(['ci', 'flaky', '--json'], { home });
  expect(JSON.parse(stdout)).toMatchObject([{ test: name, project: 'acme/model', flakyRuns: 2, runs: 3 }]);
});

test('says what is missing where nothing is known', async () => {
  const { stdout } = await runCli(['ci', 'flaky', '--project', 'acme/other'], { home });
  expect(stdout).toMatch(/No run .*`junit:` in longhaul\.yaml/);
});
