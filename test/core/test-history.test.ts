import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flakyHistory, type TestRun } from '../../core/test-history.ts';

const flaky = (name: string, message = '') => ({ name, failures: 1, tries: 2, message });
const run = (at: string, ...names: readonly string[]): TestRun => ({
  ...{ at: `2026-11-${at}T10:00:00.000Z`, project: 'acme/model', step: 'unit-tests', commit: `c${at}` },
  ...{ run: `ci/acme/model/c${at}`, tests: { passed: 2, failed: 0, skipped: 0 } },
  flaky: names.map((name) => flaky(name, `failed on ${at}`)),
});

test('each flaky test with its rate, when it was first and last seen, and what it said last', () => {
  const runs = [run('20', 'a'), run('22', 'a', 'b'), run('21'), run('23')];
  const other = { ...run('19', 'a'), step: 'feature-tests' };
  expect(flakyHistory([...runs, other])).toEqual([
    {
      ...{ project: 'acme/model', step: 'feature-tests', test: 'a', flakyRuns: 1, runs: 1, rate: 1 },
      ...{ firstSeen: '2026-11-19T10:00:00.000Z', lastSeen: '2026-11-19T10:00:00.000Z', lastCommit: 'c19' },
      message: 'failed on 19',
    },
    {
      ...{ project: 'acme/model', step: 'unit-tests', test: 'a', flakyRuns: 2, runs: 4, rate: 0.5 },
      ...{ firstSeen: '2026-11-20T10:00:00.000Z', lastSeen: '2026-11-22T10:00:00.000Z', lastCommit: 'c22' },
      message: 'failed on 22',
    },
    expect.objectContaining({ test: 'b', rate: 0.25 }),
  ]);
});

test('runs in any order tell the same, and no rate is above 1', () => {
  const days = fc.uniqueArray(fc.integer({ min: 10, max: 28 }), { maxLength: 8 });
  fc.assert(
    fc.property(days, fc.func(fc.subarray(['a', 'b', 'c'])), (given, namesOf) => {
      const runs = given.map((day) => run(String(day), ...namesOf(day)));
      const history = flakyHistory(runs);
      expect(flakyHistory(runs.toReversed())).toEqual(history);
      for (const { rate, firstSeen, lastSeen } of history) {
        expect(rate > 0 && rate <= 1 && firstSeen <= lastSeen).toBe(true);
      }
    }),
  );
});
