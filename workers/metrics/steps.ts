import type { RunStepInput } from '../../activities/contracts.ts';
import type { StepFacts, StepOutcome } from '../../core/step.ts';
import type { WorkerInstruments } from './instruments.ts';
import { beginTraining, readTraining } from './training.ts';

interface Labels {
  readonly project: string;
  /** As the file names it: all combinations of a matrix count as one. */
  readonly step: string;
}

/** Counts how a step ended; one that begins, without an outcome, only makes its counters known. */
export function readStep(
  instruments: WorkerInstruments,
  { run, step }: RunStepInput,
  outcome: StepOutcome | undefined,
): void {
  const labels = { project: run.project, step: step.matrix?.step ?? step.name };
  if (outcome === undefined) {
    beginAtZero(instruments, labels);
    if (step.queue === 'gpu') beginTraining(instruments, labels);
    return;
  }
  instruments.steps.inc({ ...labels, status: outcome.status });
  if (outcome.status === 'cancelled' || outcome.status === 'skipped') return;
  if (outcome.status !== 'passed') {
    instruments.stepFailures.inc({ ...labels, cause: outcome.failure?.id ?? 'unknown' });
  }
  readFacts(instruments, labels, outcome);
}

function beginAtZero(
  { steps, stepsTakenOver, secondsSaved, flakyTests }: WorkerInstruments,
  labels: Labels,
): void {
  for (const status of ['passed', 'failed', 'timedOut']) steps.inc({ ...labels, status }, 0);
  for (const counter of [stepsTakenOver, secondsSaved, flakyTests]) counter.inc({ ...labels }, 0);
}

/** What was taken over was counted when it ran. */
function readFacts(instruments: WorkerInstruments, labels: Labels, facts: StepFacts): void {
  if (facts.takenFrom !== undefined) {
    instruments.stepsTakenOver.inc({ ...labels });
    instruments.secondsSaved.inc({ ...labels }, facts.takenFrom.seconds);
    return;
  }
  instruments.stepSeconds.observe({ ...labels }, facts.seconds);
  if (facts.tests !== undefined) {
    for (const result of ['passed', 'failed', 'skipped'] as const) {
      instruments.tests.inc({ ...labels, result }, facts.tests[result]);
    }
  }
  instruments.flakyTests.inc({ ...labels }, facts.flaky?.length ?? 0);
  for (const { bytes, source } of facts.data ?? []) {
    instruments.dataBytes.inc({ project: labels.project, source }, bytes);
  }
  readTraining(instruments, labels, facts.training?.ledger);
}
