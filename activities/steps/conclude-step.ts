import { boundOutcome, type RanOutcome } from '../../core/outcome-bounds.ts';
import { flakySaid } from '../../core/render/step-words.ts';
import type { StepFacts, StepOutcome, TrainingFacts } from '../../core/step.ts';
import { outOfTimeReason, type SeenEpochs } from '../../core/training-time.ts';
import type { Attempt } from './attempt.ts';
import { storeDocuments } from './documents.ts';
import type { Execution } from './execute-step.ts';
import { explainFailure } from './explain-failure.ts';
import { storeOutputs } from './outputs.ts';
import type { Progress } from './progress.ts';
import { readReports, type ReportFindings } from './reports.ts';
import { keepTestHistory } from './test-history.ts';

/** What was seen of a training's progress. `resumedFrom`: epoch of the checkpoint that it began with, or 0. */
export interface SeenProgress {
  readonly newest: Progress | null;
  readonly epochs: SeenEpochs | null;
  /** Epoch of the newest checkpoint, or 0. */
  readonly checkpoint: number;
  readonly notes: readonly string[];
  readonly resumedFrom: number;
}

/** Turns what ran and what it left into the step's outcome; the log, documents and outputs go to the store. */
export async function concludeStep(
  attempt: Attempt,
  execution: Execution,
  progress: SeenProgress,
): Promise<StepOutcome> {
  const { run, step } = attempt.input;
  return boundOutcome(await wholeOutcome(attempt, execution, progress), {
    judged: Object.keys(step.reports.metrics?.minimum ?? {}),
    allMetrics: run.id.startsWith('release/'),
  });
}

async function wholeOutcome(
  attempt: Attempt,
  execution: Execution,
  progress: SeenProgress,
): Promise<RanOutcome> {
  const { deps, input, folders, log, redactor } = attempt;
  const { end } = execution;
  const found = await readReports(folders.output, input.step.reports);
  const refused = refusedFlaky(attempt, execution);
  const passedSoFar = end.kind === 'passed' && found.problems.length === 0 && refused.length === 0;
  const stored = passedSoFar
    ? await storeOutputs(deps.store, folders, input.step.outputs)
    : { outputs: [], missing: [] };

  const problems = [...problemsOf(execution, found, stored.missing), ...refused].map(redactor.text);
  if (problems.length > 0) await log.say(`# ${problems.join('; ')}`);
  const reason = problems.join('; ');
  const isTimedOut = end.kind === 'timedOut' || end.kind === 'stopped';
  const hasPassed = reason === '' && !isTimedOut;
  const isClean = hasPassed && execution.flaky.length === 0;
  const known = isClean ? null : await explainFailure(attempt, execution, progress);
  const told = known === null ? [] : [`${known.cause}. ${known.mend}`];
  for (const line of told) await log.say(`# ${line}`);
  const ran = await factsOf(attempt, execution, found, progress);
  const facts: StepFacts = {
    ...ran,
    notes: [...ran.notes, ...(hasPassed ? told : []), ...(await keepTestHistory(attempt, ran))],
    ...(known === null || hasPassed ? {} : { failure: known }),
  };
  const lastLines = log.lastLines();
  if (isTimedOut) {
    return {
      status: 'timedOut',
      reason: outOfTimeReason({
        limitMs: input.step.timeoutMs,
        seen: progress.epochs,
        checkpoint: progress.checkpoint,
        inRelease: input.run.id.startsWith('release/'),
      }),
      lastLines,
      ...facts,
    };
  }
  if (hasPassed) return { status: 'passed', outputs: stored.outputs, ...facts };
  const exitCode = end.kind === 'failed' && end.exitCode !== undefined ? { exitCode: end.exitCode } : {};
  return { status: 'failed', reason, ...exitCode, lastLines, ...facts };
}

/** Of a command that failed, the reports only add what they say; that one is missing is then no news. */
function problemsOf(
  { end }: Execution,
  found: ReportFindings,
  missing: readonly string[],
): readonly string[] {
  switch (end.kind) {
    case 'passed':
      return [...found.problems, ...missing.map((path) => `the output ${path} was declared but not left`)];
    case 'failed':
      return [end.reason, ...found.problems.filter((problem) => !problem.includes('was not left'))];
    case 'stopped':
    case 'timedOut':
      return [];
  }
}

/** Flaky tests of a step that says that they fail it. */
function refusedFlaky({ input }: Attempt, { end, flaky }: Execution): readonly string[] {
  if (end.kind !== 'passed' || flaky.length === 0 || input.step.flaky?.then !== 'fail') return [];
  return [`flaky, which this step does not let pass: ${flaky.map(flakySaid).join(', ')}`];
}

async function factsOf(
  attempt: Attempt,
  { data, notes, flaky, earlierReports }: Execution,
  { tests, coverage, metrics }: ReportFindings,
  progress: SeenProgress,
): Promise<StepFacts> {
  const { deps, input, log, redactor, startedAt } = attempt;
  const training = trainingFacts(progress, attempt.number);
  if (flaky.length > 0) await log.say(`# flaky: ${flaky.map(flakySaid).join(', ')}`);
  await log.flush();
  const left = await storeDocuments(attempt, tests === undefined ? {} : { tests });
  return {
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
    log: await deps.store.putFile(log.path, `${input.step.name}.log`),
    documents: [...left.documents, ...earlierReports],
    notes: [...notes, ...progress.notes, ...left.notes, ...logNote(log.fault())].map(redactor.text),
    ...(tests === undefined ? {} : { tests }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(data.length === 0 ? {} : { data }),
    ...(training === null ? {} : { training }),
    ...(flaky.length === 0 ? {} : { flaky }),
  };
}

const logNote = (fault: string | null): readonly string[] =>
  fault === null ? [] : [`the log ends early: ${fault}`];

function trainingFacts({ newest, resumedFrom }: SeenProgress, attempt: number): TrainingFacts | null {
  if (newest === null && resumedFrom === 0) return null;
  const { epoch, epochs, metrics } = newest ?? { epoch: resumedFrom, epochs: resumedFrom, metrics: {} };
  return { epoch, epochs, metrics, resumedFrom, attempt };
}
