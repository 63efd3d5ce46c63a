import { Context } from '@temporalio/activity';
import { kindWords, memorySettings, type MemorySettings } from '../../core/retry.ts';
import { createRedactor } from '../../core/redact.ts';
import type { StepOutcome } from '../../core/step.ts';
import { stepLogPath } from '../../local/home.ts';
import type { RunStepInput } from '../contracts.ts';
import { openTraining } from '../training/training.ts';
import { makeAttemptFolders, removeAttempt } from './attempt-folders.ts';
import type { Attempt, StepDeps } from './attempt.ts';
import { concludeStep } from './conclude-step.ts';
import { executeStep } from './execute-step.ts';
import { startHeartbeats, type Heartbeats } from './heartbeats.ts';
import { ownAttempt } from './lost-attempts.ts';
import { placeInputs } from './outputs.ts';
import { followProgress } from './progress.ts';
import { stepFiles } from './step-files.ts';
import { openStepLog, type StepLog } from './step-log.ts';
import { takeOrRun } from './take-or-run.ts';
import { secretsFor, wholeCommit, withheldFrom } from './strangers-code.ts';
import { errorWithoutSecrets } from './without-secrets.ts';

/**
 * Runs one step in a fresh worktree, unless its result is known, and tells how it ended. A cancellation ends the whole
 * process tree and is thrown on. Whatever comes, the log is kept and the attempt's folders are gone in the end.
 * @throws LonghaulError for what is no fault of the commands; CancelledFailure
 */
export async function runStep(deps: StepDeps, input: RunStepInput): Promise<StepOutcome> {
  const { cancellationSignal: cancelled, info } = Context.current();
  const { run, step } = input;
  const startedAt = Date.now();
  const number = input.attempt ?? info.attempt;
  const memory = memorySettings(step, input.rungs);
  const secrets = await deps.workspace.secrets.resolve(secretsFor(run, step));
  const redactor = createRedactor(Object.values(secrets));
  const log = await openStepLog(stepLogPath(deps.home.logs, run.id, step.name, number), redactor);
  const heartbeats = startHeartbeats({
    step: step.name,
    attempt: { number, rungs: memory.rungs },
    startedAt,
    lastLine: log.newest,
    everyMs: deps.heartbeatMs ?? 2_000,
  });
  const { checkouts } = deps.workspace;
  const inFreshFolders = async (): Promise<StepOutcome> => {
    const { worktrees } = deps.home;
    const folders = await makeAttemptFolders({
      worktrees,
      run,
      step: step.name,
      attempt: number,
      checkouts,
    });
    try {
      await ownAttempt(folders, run.project, info.base64TaskToken);
      const { patterns } = await stepFiles(deps.workspace, run, step);
      await checkouts.checkout(
        run,
        folders.code,
        patterns ?? (run.untrusted === true ? wholeCommit : undefined),
      );
      const site = { deps, folders, log, cancelled };
      const attempt = { ...site, input, number, startedAt, memory, secrets, redactor };
      return await runAttempt(attempt, heartbeats);
    } finally {
      await removeAttempt(folders, run.project, checkouts);
    }
  };
  try {
    await sayAttempt(log, input, number, memory);
    const withheld = withheldFrom(run, step);
    for (const note of withheld) await log.say(`# ${note}`);
    const given = { deps, input, secrets, redactor, log, startedAt };
    return withNotes(await takeOrRun(given, inFreshFolders), withheld);
  } catch (error) {
    await log.say(`# ${error instanceof Error ? error.message : String(error)}`);
    throw errorWithoutSecrets(error, redactor);
  } finally {
    heartbeats.stop();
    await log.close();
  }
}

const withNotes = (outcome: StepOutcome, notes: readonly string[]): StepOutcome =>
  'notes' in outcome ? { ...outcome, notes: [...notes, ...outcome.notes] } : outcome;

/** Why it is not the first, and with which settings. */
async function sayAttempt(
  log: StepLog,
  { earlier = [] }: RunStepInput,
  number: number,
  { rungs, env }: MemorySettings,
): Promise<void> {
  const last = earlier.at(-1);
  if (last !== undefined)
    await log.say(`# attempt ${number}: the last one ended by ${kindWords[last.ended]}: ${last.reason}`);
  if (rungs.length === 0) return;
  const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  await log.say(`# with ${rungs.join(', ')}: ${set.join(' ')}`);
}

async function runAttempt(attempt: Attempt, heartbeats: Heartbeats): Promise<StepOutcome> {
  const { deps, input, folders, redactor, cancelled, startedAt: begunAt } = attempt;
  await placeInputs(deps.store, folders, input.inputs);
  const training = await openTraining(attempt);
  const { resumedFrom } = training;
  const follower = followProgress({
    folders,
    keep: training.keep,
    redact: redactor.text,
    onEpoch: (progress) => {
      training.epoch(progress);
      heartbeats.tell({ ...progress, resumedFrom });
    },
  });
  try {
    const execution = await executeStep(attempt, training.gpus).finally(() => follower.stop());
    cancelled.throwIfAborted();
    const { newest, told, notes } = await follower.stop();
    const outcome = await concludeStep(attempt, execution, {
      newest,
      epochs:
        newest === null || told === null
          ? null
          : { epochs: newest.epochs, from: resumedFrom, begunAt, ...told },
      notes: [...training.notes, ...notes],
      resumedFrom,
      checkpoint: training.checkpoint(),
    });
    return await training.end(outcome);
  } catch (error) {
    await training.breakOff(error);
    throw error;
  }
}
