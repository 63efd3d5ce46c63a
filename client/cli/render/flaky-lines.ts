import { formatPercent } from '../../../core/numbers.ts';
import type { FlakyHistory, TestRun } from '../../../core/test-history.ts';
import { formatTime } from '../../../core/time.ts';
import type { Page } from './page.ts';
import { tableLines } from './table-lines.ts';

const header = ['rate', 'runs', 'first seen', 'last seen', 'last commit', 'step', 'test'] as const;

/** A table of the flaky tests, the most frequent first, or how many runs had none. */
export function flakyLines(
  runs: readonly TestRun[],
  history: readonly FlakyHistory[],
  { columns, style }: Page,
): readonly string[] {
  if (runs.length === 0) {
    return ['No run of a step with a JUnit report is known. Name the report: `junit:` in longhaul.yaml.'];
  }
  if (history.length === 0) return [`No flaky test in ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}.`];
  const [titles = '', ...lines] = tableLines([header, ...history.map(rowOf)], columns);
  return [style.quiet(titles), ...lines];
}

const rowOf = (test: FlakyHistory): readonly string[] => [
  formatPercent(test.rate),
  `${test.flakyRuns} of ${test.runs}`,
  formatTime(test.firstSeen),
  formatTime(test.lastSeen),
  test.lastCommit.slice(0, 12),
  test.step,
  test.message === '' ? test.test : `${test.test}: ${test.message}`,
];
