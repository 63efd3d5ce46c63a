import { randomUUID } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stepFindings } from '../../../core/annotations/step-findings.ts';
import { documentKeys } from '../../../core/ids.ts';
import type { FlakyPolicy, StepOutcome, StepSpec } from '../../../core/step.ts';
import { findTools } from '../../../local/tools.ts';
import { createStepSite, project, stepInput, type StepSite } from './step-site.ts';

let site: StepSite;
beforeEach(() => {
  site = createStepSite();
});
afterEach(() => {
  site.remove();
});

const PATH = [join(findTools().flightsPython, 'bin'), process.env['PATH']].join(delimiter);
const policy: FlakyPolicy = { tries: 3, withinMs: 60_000, then: 'pass' };

/** Runs real pytest over a file of tests. */
async function runTests(source: string, step: Partial<StepSpec> = {}): Promise<StepOutcome> {
  const commit = site.repository.commit({ 'tests/unit/test_model.py': source, 'run.txt': randomUUID() });
  return site.run(
    stepInput(commit, {
      name: 'unit-tests',
      run: ['pytest -q -p no:randomly -p no:cacheprovider --junitxml "$LONGHAUL_OUTPUT_DIR/unit.xml" tests'],
      env: { PATH },
      reports: { junit: 'unit.xml' },
      flaky: policy,
      ...step,
    }),
  );
}

const logOf = async (outcome: StepOutcome): Promise<string> => {
  if (outcome.status === 'cancelled' || outcome.status === 'skipped') throw new Error(outcome.status);
  return site.store.getText(outcome.log?.digest ?? '');
};

/** Fails until it has run so often; the count is kept in the worktree, which all tries share. */
const failsAtFirst = (times: number): string => `
import pathlib

class TestTrainer:
    def test_fit(self):
        count = pathlib.Path("count")
        runs = int(count.read_text()) if count.exists() else 0
        count.write_text(str(runs + 1))
        assert runs >= ${times}, "the server was not ready"

def test_plain():
    pass
`;

test('a test that fails and then passes makes the step pass, is named, counted and kept', async () => {
  const outcome = await runTests(failsAtFirst(2));
  const name = 'tests/unit/test_model.py::TestTrainer::test_fit';
  expect(outcome).toMatchObject({
    status: 'passed',
    tests: { passed: 2, failed: 0, skipped: 0 },
    flaky: [{ name, failures: 2, tries: 3, message: expect.stringContaining('not ready') as string }],
  });
  if (outcome.status !== 'passed') throw new Error('unreachable');

  expect(outcome.documents.map((document) => document.name)).toEqual(['try-1-unit.xml', 'try-2-unit.xml']);
  expect(await site.store.getText(outcome.documents[0]?.digest ?? '')).toContain('<failure');
  const log = await logOf(outcome);
  expect(log.match(/^# try .*$/gm)).toEqual([
    '# try 2 of 3: the commands run again',
    '# try 3 of 3: the commands run again',
  ]);
  expect(log).toContain(`# flaky: ${name} failed in 2 of 3 tries`);

  const [key] = await site.store.listDocuments('test-history/');
  expect(key).toMatch(documentKeys.testHistory(project, 'unit-tests', `ci/${project}/`));
  expect(JSON.parse((await site.store.readDocument(key ?? '')) ?? '')).toMatchObject({
    ...{ project, step: 'unit-tests', tests: { passed: 2 } },
    flaky: [{ name, failures: 2, tries: 3 }],
  });
});

test('a step may say that flaky tests fail it', async () => {
  const outcome = await runTests(failsAtFirst(1), { flaky: { ...policy, then: 'fail' } });
  expect(outcome).toMatchObject({
    status: 'failed',
    reason:
      'flaky, which this step does not let pass: tests/unit/test_model.py::TestTrainer::test_fit failed in 1 of 2 tries',
    flaky: [{ failures: 1, tries: 2 }],
  });
});

test('a test that fails in every try fails the step, once the tries or the time are used up', async () => {
  const always = 'def test_wrong():\n    assert 1 == 2\n';
  const afterTries = await runTests(always, { flaky: { ...policy, tries: 2 } });
  expect(afterTries).toMatchObject({ status: 'failed', exitCode: 1, tests: { failed: 1 } });
  expect(afterTries).not.toHaveProperty('flaky');
  expect((await logOf(afterTries)).match(/^# try/gm)).toHaveLength(1);
  expect(afterTries).toMatchObject({ documents: [{ name: 'unit.xml' }, { name: 'try-1-unit.xml' }] });
  const { annotations } = stepFindings({ outcome: afterTries, log: await logOf(afterTries), documents: [] });
  expect(annotations).toMatchObject([{ startLine: 2, title: 'test_wrong failed', message: 'assert 1 == 2' }]);

  const afterTime = await runTests(always, { flaky: { ...policy, withinMs: 0 } });
  expect(afterTime).toMatchObject({ status: 'failed' });
  expect(await logOf(afterTime)).not.toContain('# try');
});

test('what is not a test is not tried again: a file that cannot be imported, a crash, a command that fails later', async () => {
  const noImport = await runTests('import no_such_module\n');
  expect(noImport).toMatchObject({ status: 'failed', failure: { id: 'module-not-found' } });
  const crash = await runTests('import os\ndef test_crash():\n    os.abort()\n');
  expect(crash).toMatchObject({ status: 'failed', failure: { id: 'crashed' } });
  const later = await runTests('def test_fine():\n    pass\n', {
    run: ['pytest -q --junitxml "$LONGHAUL_OUTPUT_DIR/unit.xml" tests', 'exit 4'],
  });
  expect(later).toMatchObject({ status: 'failed', exitCode: 4, tests: { passed: 1, failed: 0 } });
  for (const outcome of [noImport, crash, later]) expect(await logOf(outcome)).not.toContain('# try');
});

const unseeded = `
import numpy as np
import pathlib

def test_other():
    rng = np.random.default_rng()

def test_mean():
    values = np.random.normal(size=3)
    count = pathlib.Path("count")
    known = count.exists()
    count.write_text("x")
    assert known, f"the mean is {values.mean()}"
`;

test('a failing test that draws unseeded numbers is told by file and line, its cause and its mend', async () => {
  expect(await runTests(unseeded, { flaky: { ...policy, tries: 1 } })).toMatchObject({
    status: 'failed',
    failure: {
      ...{ id: 'unfixed-seed', kind: 'code' },
      cause: expect.stringMatching(/np\.random\.normal\(\) at tests\/unit\/test_model\.py:9$/) as string,
      mend: expect.stringContaining('np.random.seed(42)') as string,
    },
  });
  expect(await runTests(unseeded)).toMatchObject({
    status: 'passed',
    flaky: [{ name: 'tests/unit/test_model.py::test_mean' }],
    notes: [expect.stringContaining('without a fixed seed') as string],
  });
});
