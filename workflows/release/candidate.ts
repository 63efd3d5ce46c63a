import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { OutputRef } from '../../core/artifact.ts';
import { factsOf } from '../../core/render/step-words.ts';
import { attemptWords } from '../../core/retry.ts';
import type { StepOutcome, StepSpec } from '../../core/step.ts';
import type { ModelVersion } from '../../core/serving.ts';
import { registry } from '../activities.ts';
import { runInAttempts } from '../step-attempts.ts';
import { runContext } from './context.ts';
import type { Release } from './context.ts';
import { fail } from './outcome.ts';

export interface Candidate {
  readonly version: ModelVersion;
  readonly metrics: Readonly<Record<string, number>>;
  readonly data: NonNullable<Extract<StepOutcome, { status: 'passed' }>['data']>;
}

type Passed = Extract<StepOutcome, { status: 'passed' }>;

/** Trains on the full data, evaluates in a step of its own, and registers what was trained: once. */
export async function makeCandidate(release: Release): Promise<Candidate> {
  const { ledger, plan } = release;
  await ledger.enter('training', { for: `training on the ${plan.train.queue} queue` });
  const runId = await openTrainingRun(release);
  const trained = await train(release, runId);

  await ledger.enter('evaluating', { for: 'the evaluation' });
  await release.controls.pausePoint();
  const evaluated = await mustPass(release, plan.evaluate, trained.outputs, { MLFLOW_RUN_ID: runId });
  const metrics = evaluated.metrics ?? {};
  ledger.note({ metrics });

  await ledger.enter('registering', { for: 'the model registry' });
  const version = await registry('register the candidate').registerCandidate({
    model: plan.model,
    runId,
    tags: lineage(release, trained, metrics),
  });
  ledger.note({ candidateVersion: version.version });
  ledger.gate('registration', true, `${plan.model} version ${version.version}, from run ${runId}`);
  return { version, metrics, data: trained.data ?? [] };
}

async function openTrainingRun(release: Release): Promise<string> {
  const { ledger, plan, input } = release;
  const id = workflowInfo().workflowId;
  const { runId } = await registry('open the MLflow run').openTrainingRun({
    experiment: plan.experiment,
    name: id,
    key: id,
    tags: { 'longhaul.release': id, 'longhaul.commit': input.commit, 'longhaul.project': input.project },
  });
  ledger.note({ mlflowRunId: runId });
  return runId;
}

async function train(release: Release, runId: string): Promise<Passed> {
  let status: 'FINISHED' | 'FAILED' | 'KILLED' = 'KILLED';
  try {
    const { plan, input } = release;
    const { trainTimeoutMs: timeoutMs = plan.train.timeoutMs } = input;
    const trained = await mustPass(release, { ...plan.train, timeoutMs }, [], { MLFLOW_RUN_ID: runId });
    release.ledger.gate('training', true, trainedInWords(trained));
    status = 'FINISHED';
    return trained;
  } catch (error) {
    if (!isCancellation(error)) status = 'FAILED';
    throw error;
  } finally {
    const ended = status;
    await CancellationScope.nonCancellable(() =>
      registry('close the MLflow run').closeTrainingRun({ runId, status: ended }),
    );
  }
}

/** Runs a step of the release; whatever is not a pass ends the release with the step's own reason. */
export async function mustPass(
  release: Release,
  step: StepSpec,
  inputs: readonly OutputRef[],
  extraEnv: Readonly<Record<string, string>>,
  environment = release.plan.production,
): Promise<Passed> {
  const { ledger } = release;
  const waitsFor = ledger.record.waiting?.for ?? step.name;
  const outcome = await runInAttempts(
    { run: runContext(release, environment), step, inputs, extraEnv },
    (attempt) => {
      ledger.wait({ for: [waitsFor, ...attemptWords(attempt)].join(': ') });
    },
  );
  ledger.step(step.name, outcome);
  const training = factsOf(outcome)?.training;
  if (training !== undefined && step.name === release.plan.train.name) ledger.note({ training });
  if (outcome.status !== 'passed') throw fail(`${step.name}: ${outcome.reason}`);
  return outcome;
}

const trainedInWords = ({ training, seconds }: Passed): string => {
  if (training === undefined || training.epochs === 0) return `trained in ${seconds.toFixed(0)} s`;
  const resumed = training.resumedFrom > 0 ? `, resumed from epoch ${training.resumedFrom}` : '';
  return `${training.epoch} of ${training.epochs} epochs in ${seconds.toFixed(0)} s${resumed}`;
};

const lineage = (
  { input, configDigest, ledger }: Release,
  trained: Passed,
  metrics: Readonly<Record<string, number>>,
): Readonly<Record<string, string>> => ({
  'longhaul.project': input.project,
  'longhaul.commit': input.commit,
  'longhaul.config': configDigest,
  'longhaul.data': (trained.data ?? []).map(({ target, digest }) => `${target}@${digest}`).join(' '),
  'longhaul.ci': ledger.record.ciRun,
  'longhaul.release': ledger.record.id,
  'longhaul.metrics': JSON.stringify(metrics),
});
