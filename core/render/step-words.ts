/** The words that people read for how a step ended. */
import { formatPercent, formatValue } from '../numbers.ts';
import type { FlakyTest, StepFacts, StepOutcome, StepStatus, TakenFrom } from '../step.ts';
import { formatDuration } from '../time.ts';

export const statusWords: Readonly<Record<StepStatus, string>> = {
  passed: 'passed',
  failed: 'failed',
  timedOut: 'timed out',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

/** How a step ended: `passed (flaky)` where tests failed and then passed. */
export const endWords = (outcome: StepOutcome): string =>
  outcome.status === 'passed' && (outcome.flaky ?? []).length > 0
    ? 'passed (flaky)'
    : statusWords[outcome.status];

/** The facts of a step that ran; null for one that did not. */
export const factsOf = (outcome: StepOutcome): StepFacts | null =>
  outcome.status === 'cancelled' || outcome.status === 'skipped' ? null : outcome;

/** Why a step did not pass; null for one that did. */
export const reasonOf = (outcome: StepOutcome): string | null =>
  outcome.status === 'passed' ? null : outcome.reason;

/** What a step said, reason first: `43 tests passed, 1 skipped; coverage 91.2 %; accuracy 0.91`. */
export const stepSaid = (outcome: StepOutcome): string => {
  const facts = factsOf(outcome);
  const parts = [reasonOf(outcome) ?? '', facts === null ? '' : measurementsSaid(facts)];
  return parts.filter((part) => part !== '').join('; ');
};

/** What a step that did not run was spared: `taken over from 3f2a91c0d4e1 (8.1 s then)`. */
export const takenWords = ({ commit, seconds }: TakenFrom): string =>
  `taken over from ${commit.slice(0, 12)} (${formatDuration(seconds * 1000)} then)`;

/** How many tests failed and then passed: `2 flaky tests`. */
export const flakyWords = (count: number): string => `${count} flaky ${count === 1 ? 'test' : 'tests'}`;

/** `tests/unit/test_model.py::test_fit failed in 1 of 3 tries`. */
export const flakySaid = ({ name, failures, tries }: FlakyTest): string =>
  `${name} failed in ${failures} of ${tries} tries`;

/** The measurements alone: `43 tests passed; coverage 91.2 %`; empty when there are none. */
export const measurementsSaid = (facts: StepFacts): string =>
  measurementsOf(facts)
    .filter((part) => part !== null)
    .join('; ');

function measurementsOf({ tests, coverage, metrics }: StepFacts): readonly (string | null)[] {
  const failed = tests === undefined || tests.failed === 0 ? '' : `, ${tests.failed} failed`;
  const skipped = tests === undefined || tests.skipped === 0 ? '' : `, ${tests.skipped} skipped`;
  return [
    tests === undefined ? null : `${tests.passed} tests passed${failed}${skipped}`,
    coverage === undefined ? null : `coverage ${formatPercent(coverage / 100)}`,
    ...Object.entries(metrics ?? {}).map(([name, value]) => `${name} ${formatValue(value)}`),
  ];
}
