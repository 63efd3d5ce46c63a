import type { CiRunInput, CiRunResult } from '../../core/ci.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { endedWithoutResult, followCiRun } from './follow-ci-run.ts';
import { printJson } from './output.ts';
import type { Session } from './session.ts';

/** Starts a CI run (or joins the open one of its commit) and follows it to its end, unless told not to wait. */
export async function runToEnd(
  session: Session,
  input: CiRunInput,
  { wait, json }: { readonly wait: boolean; readonly json: boolean },
  { output, endWith }: CommandContext,
): Promise<void> {
  const started = await session.longhaul.startCiRun(input);
  const page = session.pageOf(started.id);
  if (!wait) {
    if (json) printJson(output, { ...started, page });
    else output.print(`${started.id} has started: ${page}`);
    return;
  }
  if (!json) output.print(output.interactive ? `page  ${page}` : `${started.id}: ${page}`);
  const view = await followCiRun(session, started.id, output, json);
  if (view.result === undefined) throw await endedWithoutResult(session, view);
  if (json) printJson(output, view.result);
  else output.print(`next  ${await nextAfter(view.result, session.store)}`);
  if (!view.result.passed) endWith(exitCodes.notPassed);
}

async function nextAfter(
  { id, passed, source, steps, configDigest }: CiRunResult,
  store: Pick<ArtifactStore, 'getText'>,
): Promise<string> {
  if (passed && source !== undefined) return 'git commit, then longhaul ci run';
  if (passed) {
    const config = await store.getText(configDigest).catch(() => '');
    return /"release":/.test(config) ? 'longhaul release start' : `longhaul ci report ${id}`;
  }
  const failed = steps.find(({ outcome }) => outcome.status === 'failed' || outcome.status === 'timedOut');
  return `longhaul logs ${id} ${failed?.name ?? 'STEP'}, or go on from there: longhaul ci retry ${id}`;
}
