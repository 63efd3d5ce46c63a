import { describe, expect, test } from 'vitest';
import type { StepOutcome } from '../../../core/step.ts';
import { ciJunit } from '../../../core/render/ci-junit.ts';
import { ciReport, hasPassed } from '../../../core/render/ci-report.ts';
import type { EndedCiRun } from '../../../core/render/ci-report.ts';

const log = { digest: 'sha256:77', size: 10, name: 'log' };
const ran = { seconds: 12.3456, documents: [], notes: [], log };
const passed: StepOutcome = {
  status: 'passed',
  outputs: [],
  ...ran,
  tests: { passed: 43, failed: 0, skipped: 1 },
  coverage: 91.234,
};
const failed: StepOutcome = {
  status: 'failed',
  reason: 'exit code 1 | see <log>',
  exitCode: 1,
  lastLines: ['E  assert "a" < 1 & \u001b[31mred\u001b[0m', '```'],
  ...ran,
  data: [{ target: 'data/sample', digest: 'sha256:da7a', files: 3, bytes: 99, source: 'cache' }],
  notes: ['data taken from the cache, the remote did not answer'],
};

const run: EndedCiRun = {
  id: 'ci/longhaul/flights/abc',
  project: 'longhaul/flights',
  commit: 'abcdef0123456789',
  trigger: { kind: 'push', by: 'ann' },
  startedAt: '2026-11-23T10:00:00.000Z',
  seconds: 185,
  configDigest: 'sha256:c0',
  steps: [
    { name: 'unit-tests', outcome: passed },
    { name: 'data-validation', outcome: failed },
    { name: 'slow', outcome: { status: 'timedOut', reason: 'ran past 10 m 00 s', lastLines: [], ...ran } },
    { name: 'train-sample', outcome: { status: 'skipped', reason: 'data-validation failed' } },
    { name: 'docs', outcome: { status: 'cancelled', reason: 'the run was aborted' } },
  ],
};

describe('the report for people', () => {
  const report = ciReport(run);

  test('begins with the answer', () => {
    expect(report.split('\n')[0]).toBe('# CI run failed: longhaul/flights at `abcdef012345`');
    expect(ciReport({ ...run, steps: run.steps.slice(0, 1) })).toMatch(/^# CI run passed/);
  });

  test('tells each step, its figures and its log', () => {
    expect(report).toContain(
      '| unit-tests | passed | 12 s | 43 tests passed, 1 skipped; coverage 91.2 % | `sha256:77` |',
    );
    expect(report).toContain(
      '| data-validation | failed | 12 s | exit code 1 \\| see \\<log\\> | `sha256:77` |',
    );
    expect(report).toContain('| train-sample | skipped |  | data-validation failed |  |');
  });

  test('tells whose results were taken over, and what that saved', () => {
    const from = {
      run: 'ci/longhaul/flights/0ld',
      commit: '0ld',
      at: '2026-11-21T09:00:00.000Z',
      seconds: 250,
    };
    const step = { name: 'unit-tests', outcome: { ...passed, seconds: 0.1, takenFrom: from } };
    const taken = ciReport({ ...run, steps: [step, ...run.steps.slice(1)] });
    expect(taken).toContain(', took over 1 of 5 steps (4 m 10 s saved), ');
    expect(taken).toContain(
      '## Taken over\n\n- unit-tests: the result of ci/longhaul/flights/0ld, 2 d 01 h before, 4 m 10 s saved\n',
    );
    expect(report).not.toContain('aken over');
  });

  test('ticks the checklist', () => {
    expect(report).toContain('- [x] Unit tests and their coverage passed: 43 tests');
    expect(report).toContain('- [ ] **failed** Data validated: exit code 1');
    expect(report).toContain('- [ ] Training on the sample done: not run: data-validation failed');
  });

  test('shows the last lines of what failed, in a block that they cannot end', () => {
    expect(report).toContain('## data-validation failed');
    expect(report).toContain("\n'''\n```");
    expect(report).not.toContain('## train-sample');
  });

  test('says where data came from, and the notes', () => {
    expect(report).toContain('data/sample from the cache, 3 files, 99 bytes, sha256:da7a');
    expect(report).toContain('data taken from the cache, the remote did not answer');
  });
});

describe('the report for tools', () => {
  const junit = ciJunit(run);

  test('counts each way to end', () => {
    expect(junit).toContain(
      '<testsuite name="longhaul/flights abcdef012345" tests="5" failures="1" errors="1" skipped="2" time="185.000" timestamp="2026-11-23T10:00:00.000Z">',
    );
    expect(junit).toContain('<testcase classname="longhaul.ci" name="unit-tests" time="12.346"/>');
    expect(junit).toContain('<error message="ran past 10 m 00 s"></error>');
    expect(junit).toContain('<skipped message="skipped: data-validation failed"/>');
    expect(junit).toContain('<skipped message="cancelled: the run was aborted"/>');
  });

  test('holds any output as legal XML', () => {
    expect(junit).toContain('<failure message="exit code 1 | see &lt;log&gt;">');
    expect(junit).toContain('E  assert &quot;a&quot; &lt; 1 &amp; \ufffd[31mred\ufffd[0m');
  });
});

describe('flaky tests and known causes', () => {
  const name = 'tests/unit/test_model.py::test_fit';
  const flaky: StepOutcome = {
    ...passed,
    flaky: [{ name, failures: 1, tries: 3, message: 'assert 0.49 > 0.5' }],
  };
  const full: StepOutcome = {
    ...failed,
    failure: { id: 'disk-full', kind: 'infrastructure', cause: 'a disk is full', mend: 'Free space.' },
  };
  const steps = [
    { name: 'unit-tests', outcome: flaky },
    { name: 'lint', outcome: full },
  ];

  test('are told to people', () => {
    const report = ciReport({ ...run, steps });
    expect(report).toContain('- [x] Unit tests and their coverage passed: passed (flaky); 43 tests passed');
    expect(report).toContain('| unit-tests | passed (flaky) |');
    expect(report).toContain(
      '- unit-tests: tests/unit/test\\_model.py::test\\_fit failed in 1 of 3 tries: assert 0.49 \\> 0.5',
    );
    expect(report).toContain('**Cause:** a disk is full\n\n**Mend:** Free space.');
  });

  test('are told to tools, in Surefire’s words', () => {
    const junit = ciJunit({ ...run, steps });
    expect(junit).toContain(`<flakyFailure message="${name} failed in 1 of 3 tries" type="flaky">`);
    expect(junit).toContain('type="disk-full">Cause: a disk is full\nMend: Free space.\n');
    expect(junit).toContain('tests="2" failures="1"');
  });
});

test('a run with a step that did not pass has not passed', () => {
  expect(hasPassed(run)).toBe(false);
  expect(hasPassed({ steps: run.steps.slice(0, 1) })).toBe(true);
  expect(hasPassed({ steps: run.steps.slice(0, 1), supersededBy: 'b'.repeat(40) })).toBe(false);
});
