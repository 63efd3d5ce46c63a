/** What monitoring keeps of a CI run that ended, and what it tells of all of them. */
import type { CiRunResult, CiStepResult } from '../ci.ts';
import type { StepFacts, StepOutcome, StepStatus } from '../step.ts';
import { inWindows, quantiles, sums } from './aggregate.ts';
import type { Sample } from './metric.ts';
import { recordMetrics as metrics } from './record-metrics.ts';
import type { Window } from './record-metrics.ts';

export interface CiFacts {
  readonly project: string;
  /** ISO time. */
  readonly endedAt: string;
  readonly seconds: number;
  readonly result: 'passed' | 'failed' | 'cancelled';
  readonly steps: readonly {
    readonly step: string;
    readonly status: StepStatus;
    /** Of one that failed or timed out: what was recognized. */
    readonly cause?: string;
    /** What the step took whose result this is; 0 of one that ran. */
    readonly secondsSaved: number;
    /** Names of the tests that were flaky when it ran here. */
    readonly flaky: readonly string[];
  }[];
}

export function ciFacts({ project, startedAt, seconds, passed, steps }: CiRunResult): CiFacts {
  const cancelled = steps.some(({ outcome }) => outcome.status === 'cancelled');
  return {
    project,
    endedAt: new Date(Date.parse(startedAt) + seconds * 1000).toISOString(),
    seconds,
    result: passed ? 'passed' : cancelled ? 'cancelled' : 'failed',
    steps: steps.map(stepFacts),
  };
}

function stepFacts({ name: step, outcome }: CiStepResult): CiFacts['steps'][number] {
  const { takenFrom, flaky = [], failure } = factsOf(outcome);
  const broken = outcome.status === 'failed' || outcome.status === 'timedOut';
  return {
    ...{ step, status: outcome.status, secondsSaved: takenFrom?.seconds ?? 0 },
    flaky: takenFrom === undefined ? flaky.map((test) => test.name) : [],
    ...(broken ? { cause: failure?.id ?? 'unknown' } : {}),
  };
}

/** What is known of a step; nothing of one that never ran. */
const factsOf = (outcome: StepOutcome): Partial<StepFacts> => ('seconds' in outcome ? outcome : {});

/** Gauges of the runs that ended in each window before `now` (milliseconds since the epoch). */
export function ciSamples(runs: readonly CiFacts[], now: number): readonly Sample[] {
  return inWindows(runs, now).flatMap(([window, ended]) => [
    ...sums(
      metrics.ciRuns,
      ended.map(({ project, result }) => [{ project, result, window }, 1]),
    ),
    ...quantiles(
      metrics.ciRunTime,
      ended.map(({ project, seconds }) => [{ project, window }, seconds]),
    ),
    ...stepSamples(window, ended),
  ]);
}

function stepSamples(window: Window, runs: readonly CiFacts[]): readonly Sample[] {
  const all = runs.flatMap(({ project, steps }) => steps.map((step) => ({ project, ...step })));
  const flaky = new Map(
    all.flatMap(({ project, step, flaky: tests }) =>
      tests.map((test) => [JSON.stringify([project, step, test]), { project, step, window }]),
    ),
  );
  return [
    ...sums(
      metrics.ciSteps,
      all.map(({ project, step, status }) => [{ project, step, status, window }, 1]),
    ),
    ...sums(
      metrics.ciFailures,
      all.flatMap(({ project, step, cause }) =>
        cause === undefined ? [] : [[{ project, step, cause, window }, 1] as const],
      ),
    ),
    ...sums(
      metrics.ciSecondsSaved,
      all.map(({ project, secondsSaved }) => [{ project, window }, secondsSaved]),
    ),
    ...sums(
      metrics.ciFlakyTests,
      [...flaky.values()].map((labels) => [labels, 1]),
    ),
  ];
}
