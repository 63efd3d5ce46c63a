import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everFailed, flakyTests, mayBeFlaky, type TriedTest } from '../../core/flaky.ts';

const tried = (name: string, state: TriedTest['state'], message = ''): TriedTest => ({
  ...{ name, state, message, isTest: true },
});

test('a test is flaky when it failed in one try and passed in another, with its last failure', () => {
  const tries = [
    [tried('a', 'failed', 'first'), tried('b', 'failed'), tried('c', 'passed'), tried('d', 'failed')],
    [tried('a', 'failed', 'second'), tried('b', 'failed'), tried('c', 'passed'), tried('d', 'skipped')],
    [tried('a', 'passed'), tried('b', 'failed'), tried('c', 'passed')],
  ];
  expect(flakyTests(tries)).toEqual([{ name: 'a', failures: 2, tries: 3, message: 'second' }]);
  expect(everFailed(tries)).toEqual(['a', 'b', 'd']);
});

test('another try is worth it only when nothing but tests failed', () => {
  const noImport: TriedTest = { ...tried('tests.test_x', 'failed'), isTest: false };
  expect(mayBeFlaky([tried('a', 'failed'), tried('b', 'passed')])).toBe(true);
  expect(mayBeFlaky([tried('a', 'failed'), noImport])).toBe(false);
  expect(mayBeFlaky([tried('a', 'passed')])).toBe(false);
  expect(mayBeFlaky([])).toBe(false);
});

const state = fc.constantFrom('passed', 'failed', 'skipped') satisfies fc.Arbitrary<TriedTest['state']>;
const tries = fc.array(
  fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c'), state).map(([name, end]) => tried(name, end)),
    { maxLength: 4 },
  ),
  { minLength: 1, maxLength: 4 },
);

test('whatever the tries: a flaky test failed in some and not in all, and one that never failed is none', () => {
  fc.assert(
    fc.property(tries, (given) => {
      const failed = everFailed(given);
      for (const test of flakyTests(given)) {
        expect(failed).toContain(test.name);
        expect(test.failures).toBeGreaterThan(0);
        expect(test.failures).toBeLessThan(test.tries);
      }
    }),
  );
});
