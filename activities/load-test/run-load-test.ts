import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { Checkouts, Secrets } from '../../core/ports/workspace.ts';
import { createRedactor } from '../../core/redact.ts';
import type { Redactor } from '../../core/redact.ts';
import { stepLogPath } from '../../local/home.ts';
import type { HomePaths } from '../../local/home.ts';
import type { LoadTestActivities } from '../contracts.ts';
import { makeAttemptFolders, removeAttempt } from '../steps/attempt-folders.ts';
import type { AttemptFolders } from '../steps/attempt-folders.ts';
import { startHeartbeats } from '../steps/heartbeats.ts';
import { openStepLog } from '../steps/step-log.ts';
import type { StepLog } from '../steps/step-log.ts';
import { judgeLoadTest } from './judge-load-test.ts';
import { readK6Summary } from './k6-summary.ts';
import { k6Environment, runK6 } from './k6.ts';

export interface LoadTestDeps {
  readonly home: Pick<HomePaths, 'worktrees' | 'logs'>;
  readonly workspace: { readonly checkouts: Checkouts; readonly secrets: Secrets };
  readonly store: ArtifactStore;
  /** Path of k6, asked for when it is first needed. */
  readonly k6: () => string;
  /** Time between SIGTERM and SIGKILL; 10 s when absent. */
  readonly graceMs?: number;
  /** Time between heartbeats; 2 s when absent. */
  readonly heartbeatMs?: number;
}

type Input = Parameters<LoadTestActivities['runLoadTest']>[0];
type Output = Awaited<ReturnType<LoadTestActivities['runLoadTest']>>;

/** One try, with all that its parts share. */
interface Attempt {
  readonly deps: LoadTestDeps;
  readonly input: Input;
  readonly folders: AttemptFolders;
  readonly secrets: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
  readonly log: StepLog;
  readonly cancelled: AbortSignal;
}

const NAME = 'load-test';

/**
 * Runs the project's k6 script at the run's commit against `baseUrl`, under a guard. Whatever the script or the
 * server does wrong is a result that did not pass; summary and log are in the store.
 * @throws LonghaulError for what is no fault of theirs; CancelledFailure
 */
export async function runLoadTest(deps: LoadTestDeps, input: Input): Promise<Output> {
  const { cancellationSignal: cancelled, info } = Context.current();
  const { run, spec } = input;
  const { checkouts } = deps.workspace;
  const secrets = await deps.workspace.secrets.resolve(spec.secrets);
  const redactor = createRedactor(Object.values(secrets));
  const log = await openStepLog(stepLogPath(deps.home.logs, run.id, NAME, info.attempt), redactor);
  const heartbeats = startHeartbeats({
    step: NAME,
    startedAt: Date.now(),
    lastLine: log.newest,
    everyMs: deps.heartbeatMs ?? 2_000,
  });
  try {
    const { worktrees } = deps.home;
    const attempt = info.attempt;
    const folders = await makeAttemptFolders({ worktrees, run, step: NAME, attempt, checkouts });
    try {
      await checkouts.checkout(run, folders.code);
      return await measure({ deps, input, folders, secrets, redactor, log, cancelled });
    } finally {
      await removeAttempt(folders, run.project, checkouts);
    }
  } finally {
    heartbeats.stop();
    await log.close();
  }
}

async function measure(attempt: Attempt): Promise<Output> {
  const { deps, input, folders, secrets, redactor, log, cancelled } = attempt;
  const { spec, baseUrl, run } = input;
  await log.say(`# k6 run ${spec.script} against ${baseUrl}`);
  const { end, summary } = await runK6({
    k6: deps.k6(),
    spec,
    summaryFile: join(folders.output, 'k6-summary.json'),
    site: {
      folder: folders.code,
      env: k6Environment({
        ...input,
        ...{ secrets, overlay: run.overlay },
        ...{ home: folders.home, temporary: folders.temporary },
      }),
      marker: folders.root,
      log,
      signal: cancelled,
      graceMs: deps.graceMs ?? 10_000,
    },
  });
  cancelled.throwIfAborted();

  const figures = summary === null ? null : readK6Summary(summary);
  const judged = judgeLoadTest(spec, end, figures, log.lastLines());
  await log.say(`# ${judged.passed ? 'passed' : 'not passed'}: ${judged.reason}`);
  await log.flush();
  return {
    result: {
      ...judged,
      summary: await deps.store.putText(redactor.text(summary ?? '{}'), 'k6-summary.json'),
    },
    log: await deps.store.putFile(log.path, 'load-test.log'),
  };
}
