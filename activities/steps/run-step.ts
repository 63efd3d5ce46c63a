import { Context } from '@temporalio/activity';
import { LonghaulError } from '../../core/errors.ts';
import { createRedactor, type Redactor } from '../../core/redact.ts';
import type { StepOutcome } from '../../core/step.ts';
import { stepLogPath } from '../../local/home.ts';
import type { RunStepInput } from '../contracts.ts';
import { makeAttemptFolders, removeAttempt } from './attempt-folders.ts';
import type { Attempt, StepDeps } from './attempt.ts';
import { createCheckpoints } from './checkpoints.ts';
import { concludeStep } from './conclude-step.ts';
import { executeStep } from './execute-step.ts';
import { startHeartbeats, type Heartbeats } from './heartbeats.ts';
import { placeInputs } from './outputs.ts';
import { followProgress } from './progress.ts';
import { stepFiles } from './step-files.ts';
import { openStepLog } from './step-log.ts';
import { takeOrRun } from './take-or-run.ts';

/**
 * Runs one step in a fresh worktree, unless its result is known, and tells how it ended. A cancellation ends the whole process tree and is thrown
 * on. Whatever comes, the log is kept and the attempt's folders are gone in the end.
 * @throws LonghaulError for what is no fault of the commands; CancelledFailure
 */
export async function runStep(deps: StepDeps, input: RunStepInput): Promise<StepOutcome> {
  const { cancellationSignal: cancelled, info } = Context.current();
  const { run, step } = input;
  const startedAt = Date.now();
  const secrets = await deps.workspace.secrets.resolve(step.secrets);
  const redactor = createRedactor(Object.values(secrets));
  const log = await openStepLog(stepLogPath(deps.home.logs, run.id, step.name, info.attempt), redactor);
  const heartbeats = startHeartbeats({
    step: step.name,
    startedAt,
    lastLine: () => log.lastLines().at(-1) ?? '',
    everyMs: deps.heartbeatMs ?? 2_000,
  });
  const { checkouts } = deps.workspace;
  const inFreshFolders = async (): Promise<StepOutcome> => {
    const { worktrees } = deps.home;
    const folders = await makeAttemptFolders({
      worktrees,
      run,
      step: step.name,
      attempt: info.attempt,
      checkouts,
    });
    try {
      const { patterns } = await stepFiles(checkouts, run, step);
      await checkouts.checkout(run, folders.code, patterns);
      const number = info.attempt;
      const attempt = { deps, input, number, startedAt, folders, secrets, redactor, log, cancelled };
      return await runAttempt(attempt, heartbeats);
    } finally {
      await removeAttempt(folders, run.project, checkouts);
    }
  };
  try {
    return await takeOrRun({ deps, input, secrets, redactor, log, startedAt }, inFreshFolders);
  } catch (error) {
    await log.say(`# ${error instanceof Error ? error.message : String(error)}`);
    throw withoutSecrets(error, redactor);
  } finally {
    heartbeats.stop();
    await log.close();
  }
}

/** An error goes into a history for all to read, and may quote what a program such as DVC said. */
function withoutSecrets(error: unknown, redactor: Redactor): unknown {
  if (!(error instanceof LonghaulError)) return error;
  const message = redactor.text(error.message);
  return message === error.message ? error : new LonghaulError(error.type, message);
}

async function runAttempt(attempt: Attempt, heartbeats: Heartbeats): Promise<StepOutcome> {
  const { deps, input, folders, log, cancelled } = attempt;
  await placeInputs(deps.store, folders, input.inputs);
  const checkpoints = createCheckpoints(deps.store, input.run, input.step);
  const resumedFrom = await checkpoints.place(folders.checkpoints);
  if (resumedFrom > 0) await log.say(`# goes on from the checkpoint of epoch ${resumedFrom}`);
  const follower = followProgress({ folders, checkpoints, onEpoch: heartbeats.tell });
  const execution = await executeStep(attempt).finally(() => follower.stop());
  cancelled.throwIfAborted();
  return concludeStep(attempt, execution, { ...(await follower.stop()), resumedFrom });
}
