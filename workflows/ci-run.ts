import {
  CancelledFailure,
  CancellationScope,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ResolvedPlan, RunStepInput } from '../activities/contracts.ts';
import type { OutputRef } from '../core/artifact.ts';
import type { CiRunInput, CiRunResult, CiStepState } from '../core/ci.ts';
import { readySteps, stepsToSkip } from '../core/graph.ts';
import { boundSteps } from '../core/outcome-bounds.ts';
import { ciDetails, ciStepStates, stepPlace } from '../core/render/ci-details.ts';
import type { CacheMode, RunContext, StepOutcome, StepSpec } from '../core/step.ts';
import type { StepAttempt } from '../core/retry.ts';
import { git, records } from './activities.ts';
import { failureReason } from './failure-reason.ts';
import { CiAudience } from './ci/audience.ts';
import type { CiEnd } from './ci/audience.ts';
import { ciRunStatus, ciSupersede } from './messages.ts';
import { runInAttempts } from './step-attempts.ts';

/**
 * The CI run of one commit: the file's graph of steps, independent ones side by side, and one report.
 * A cancelled run still writes its report, and then ends as cancelled. One that makes way for a newer commit ends what
 * it does, writes its report, and ends as superseded. Whoever listens hears how it ended, however that was.
 */
export async function ciRun(input: CiRunInput): Promise<CiRunResult> {
  const audience = new CiAudience();
  audience.listen();
  let end: CiEnd = { passed: false };
  try {
    const result = await runToReport(input, audience);
    const { passed, supersededBy } = result;
    end = { passed, ...(supersededBy === undefined ? {} : { supersededBy }) };
    return result;
  } finally {
    await CancellationScope.nonCancellable(() => audience.tellEnd(end));
  }
}

async function runToReport(input: CiRunInput, audience: CiAudience): Promise<CiRunResult> {
  const startedAt = new Date().toISOString();
  const steps = new CancellationScope();
  const progress: Progress = {
    steps: [],
    outcomes: new Map(),
    running: new Map(),
    begun: new Map(),
    attempts: new Map(),
    supersededBy: null,
    isDone: false,
    changed: () => {
      audience.changed();
    },
  };
  setHandler(ciRunStatus, () => statesOf(progress));
  setHandler(ciSupersede, ({ commit }) => {
    if (progress.supersededBy !== null || progress.isDone) return;
    progress.supersededBy = commit;
    steps.cancel();
  });
  const plan = await git('read longhaul.yaml at the commit').resolvePlan({
    project: input.project,
    commit: input.commit,
    ...sourceOf(input),
    ...configurationOf(input),
  });
  progress.steps = plan.ci.steps;

  if (progress.supersededBy === null) await steps.run(() => runGraph(contextOf(input, plan), progress));
  progress.isDone = true;

  const result = await CancellationScope.nonCancellable(() =>
    records('write the report').saveCiRun({
      id: workflowInfo().workflowId,
      project: input.project,
      commit: input.commit,
      trigger: input.trigger,
      startedAt,
      seconds: (Date.now() - Date.parse(startedAt)) / 1000,
      configDigest: plan.configDigest,
      runId: workflowInfo().runId,
      cache: cacheOf(input),
      ...sourceOf(input),
      ...(input.pullRequest === undefined ? {} : { pullRequest: input.pullRequest }),
      ...(input.untrusted === true ? { untrusted: true as const } : {}),
      ...configurationOf(input),
      ...(progress.supersededBy === null ? {} : { supersededBy: progress.supersededBy }),
      steps: boundSteps(
        plan.ci.steps.map((step) => ({
          name: step.name,
          ...stepPlace(step, progress.begun),
          outcome: progress.outcomes.get(step.name) ?? neverStarted(progress),
        })),
      ),
    }),
  );
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('The CI run was cancelled.');
  return result;
}

interface Progress {
  steps: readonly StepSpec[];
  readonly outcomes: Map<string, StepOutcome>;
  readonly running: Map<string, Promise<void>>;
  /** ISO times. */
  readonly begun: Map<string, string>;
  /** The newest attempt of steps that were tried again. */
  readonly attempts: Map<string, StepAttempt>;
  /** The newer commit that it makes way for. */
  supersededBy: string | null;
  /** Whether all steps have an outcome: from then on it makes way for nobody. */
  isDone: boolean;
  readonly changed: () => void;
}

const statesOf = ({ steps, outcomes, begun, attempts }: Progress): readonly CiStepState[] =>
  ciStepStates(steps, outcomes, begun, attempts);

const show = (progress: Progress): void => {
  setCurrentDetails(ciDetails(statesOf(progress)));
  progress.changed();
};

const neverStarted = (progress: Progress): StepOutcome => ({
  status: 'cancelled',
  reason: `${whyCancelled(progress)} before it started`,
});

const whyCancelled = ({ supersededBy }: Progress): string =>
  supersededBy === null ? 'the run was cancelled' : `the run made way for ${supersededBy.slice(0, 12)}`;

const contextOf = (input: CiRunInput, plan: ResolvedPlan): RunContext => ({
  id: workflowInfo().workflowId,
  project: input.project,
  commit: input.commit,
  configDigest: plan.configDigest,
  overlay: plan.ci.overlay,
  runId: workflowInfo().runId,
  cache: cacheOf(input),
  ...sourceOf(input),
  ...(input.untrusted === true ? { untrusted: true } : {}),
});

const cacheOf = ({ cache = 'use' }: CiRunInput): CacheMode => cache;

const sourceOf = ({ source }: CiRunInput): Pick<CiRunInput, 'source'> =>
  source === undefined ? {} : { source };

const configurationOf = ({ configuration }: CiRunInput): Pick<CiRunInput, 'configuration'> =>
  configuration === undefined ? {} : { configuration };

/** Starts each step as soon as its needs have passed; ends when every step has an outcome or the run is cancelled. */
async function runGraph(run: RunContext, progress: Progress): Promise<void> {
  const { outcomes, running, begun } = progress;
  for (;;) {
    for (const step of readySteps(progress, outcomes, new Set(running.keys()))) {
      begun.set(step.name, new Date().toISOString());
      const ending = runStep(progress, { run, step, inputs: outputsOfNeeds(step, outcomes), extraEnv: {} });
      running.set(
        step.name,
        ending.then((outcome) => {
          settle(progress, step.name, outcome);
        }),
      );
    }
    show(progress);
    if (running.size === 0) return;
    await Promise.race(running.values());
    if (CancellationScope.current().consideredCancelled) {
      await Promise.all(running.values());
      return;
    }
  }
}

function settle(progress: Progress, name: string, outcome: StepOutcome): void {
  const { outcomes, running } = progress;
  outcomes.set(name, outcome);
  running.delete(name);
  for (const skipped of stepsToSkip(progress, outcomes)) {
    outcomes.set(skipped.name, { status: 'skipped', reason: skipped.reason });
  }
  log.info('step ended', { step: name, status: outcome.status });
}

async function runStep(progress: Progress, given: RunStepInput): Promise<StepOutcome> {
  try {
    return await runInAttempts(given, (attempt) => {
      progress.attempts.set(given.step.name, attempt);
      show(progress);
    });
  } catch (error) {
    if (isCancellation(error)) return { status: 'cancelled', reason: whyCancelled(progress) };
    return {
      status: 'failed',
      reason: failureReason(error),
      lastLines: [],
      seconds: 0,
      documents: [],
      notes: [],
    };
  }
}

const outputsOfNeeds = (step: StepSpec, outcomes: ReadonlyMap<string, StepOutcome>): readonly OutputRef[] =>
  step.needs.flatMap((need) => {
    const outcome = outcomes.get(need);
    return outcome?.status === 'passed' ? outcome.outputs : [];
  });
