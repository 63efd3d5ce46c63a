/** Runs of tests over time: what is kept of each, and how often which test was flaky. */
import type { FlakyTest, TestCounts } from './step.ts';

/** One run of a step that left a JUnit report; a step that took a result over has none. */
export interface TestRun {
  /** ISO time at which it ended. */
  readonly at: string;
  readonly project: string;
  readonly step: string;
  readonly commit: string;
  /** Workflow id of the run. */
  readonly run: string;
  readonly tests: TestCounts;
  readonly flaky: readonly FlakyTest[];
}

/** A test that was flaky in some run of its step. */
export interface FlakyHistory {
  readonly project: string;
  readonly step: string;
  readonly test: string;
  /** Runs of the step in which it failed and then passed, of all of its runs since the first that is known. */
  readonly flakyRuns: number;
  readonly runs: number;
  /** `flakyRuns / runs`, a share of 1. */
  readonly rate: number;
  /** ISO times of the first and the last run in which it was flaky. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Of the last run in which it was flaky. */
  readonly lastCommit: string;
  readonly message: string;
}

/** The flaky tests of all steps in the runs, those with the highest rate first. */
export const flakyHistory = (runs: readonly TestRun[]): readonly FlakyHistory[] => {
  const ofSteps = new Map<string, TestRun[]>();
  for (const run of runs) {
    const key = `${run.project}\0${run.step}`;
    const known = ofSteps.get(key);
    if (known === undefined) ofSteps.set(key, [run]);
    else known.push(run);
  }
  return [...ofSteps.values()]
    .flatMap(flakyHistoryOfStep)
    .toSorted((a, b) => b.rate - a.rate || compare(b.lastSeen, a.lastSeen) || compare(a.test, b.test));
};

function flakyHistoryOfStep(unordered: readonly TestRun[]): readonly FlakyHistory[] {
  const runs = unordered.toSorted((a, b) => compare(a.at, b.at));
  const names = new Set(runs.flatMap(({ flaky }) => flaky.map(({ name }) => name)));
  return [...names].flatMap((test) => {
    const seen = runs.filter(({ flaky }) => flaky.some(({ name }) => name === test));
    const [first, last] = [seen[0], seen.at(-1)];
    if (first === undefined || last === undefined) return [];
    return {
      ...{ project: first.project, step: first.step, test },
      ...{ flakyRuns: seen.length, runs: runs.length, rate: seen.length / runs.length },
      ...{ firstSeen: first.at, lastSeen: last.at, lastCommit: last.commit },
      message: last.flaky.find(({ name }) => name === test)?.message ?? '',
    };
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
