/** Tests over several tries of one step: which may pass when tried again, and which turned out to be flaky. */
import type { FlakyTest } from './step.ts';

/** A test in the report of one try. */
export interface TriedTest {
  /** `tests/unit/test_model.py::TestTrainer::test_fit`. */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What the failure said, in a line. */
  readonly message: string;
  /** False for what stands in a test's place: a file that could not be collected. */
  readonly isTest: boolean;
}

/** Whether trying again can tell anything: tests failed, and nothing but tests. */
export const mayBeFlaky = (tests: readonly TriedTest[]): boolean => {
  const failed = tests.filter(({ state }) => state === 'failed');
  return failed.length > 0 && failed.every(({ isTest }) => isTest);
};

/** Names of the tests that failed in some try, in the order in which they first did. */
export const everFailed = (tries: readonly (readonly TriedTest[])[]): readonly string[] => [
  ...new Set(tries.flat().flatMap(({ name, state }) => (state === 'failed' ? [name] : []))),
];

/** The tests that failed in one try and passed in another; the message is that of the last failure. */
export const flakyTests = (tries: readonly (readonly TriedTest[])[]): readonly FlakyTest[] =>
  everFailed(tries).flatMap((name) => {
    const failedIn = tries.filter((tests) =>
      tests.some((test) => test.name === name && test.state === 'failed'),
    );
    const passed = tries.some(
      (tests) =>
        !failedIn.includes(tests) && tests.some((test) => test.name === name && test.state === 'passed'),
    );
    const message =
      failedIn.at(-1)?.find((test) => test.name === name && test.state === 'failed')?.message ?? '';
    return passed ? [{ name, failures: failedIn.length, tries: tries.length, message }] : [];
  });
