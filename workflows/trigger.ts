import { ApplicationFailure, condition, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import type { CommandEvent, ScheduleEvent } from '../core/forge-event.ts';
import type {
  DataLook,
  TriggerAction,
  TriggerDecision,
  TriggerInput,
  TriggerResult,
} from '../core/trigger.ts';
import { lanes, records, triggers } from './activities.ts';
import { ciEnded } from './messages.ts';
import { runInAttempts } from './step-attempts.ts';

type CiAction = Extract<TriggerAction, { readonly kind: 'ci' }>;
type Ends = Map<string, { readonly passed: boolean; readonly supersededBy?: string }>;

/**
 * What has arrived, taken to what it starts: decided once, then done. It ends when everything has started; with a release
 * to follow, or for a schedule, when CI has ended.
 */
export async function trigger({ event }: TriggerInput): Promise<TriggerResult> {
  const ends: Ends = new Map();
  setHandler(ciEnded, (end) => void ends.set(end.runId, end));

  const { answer, look, ...decided } = await triggers('what does it start').decideTrigger({ event });
  const command = event.kind === 'command' && answer !== undefined ? event : null;
  if (command !== null) {
    await acknowledge(command, answer?.accepted === true ? 'seen' : 'refused', answer?.message ?? '');
  }
  const looked = look === undefined || event.kind !== 'schedule' ? null : await lookAtData(event, look);
  const done: Done = { told: [...decided.told, ...(looked?.told ?? [])], started: [] };
  for (const action of looked?.actions ?? decided.actions) await act(action, command, ends, done);
  return done;
}

/** What was seen is kept once it is decided about: from then on it is this trigger that acts on it. */
async function lookAtData(
  event: ScheduleEvent,
  { commit, overlay, step }: DataLook,
): Promise<TriggerDecision> {
  const { project } = event;
  const { workflowId: id, runId } = workflowInfo();
  const run = { id, runId, project, commit, overlay, configDigest: '' };
  const outcome = await runInAttempts({ run, step, inputs: [], extraEnv: {} }, () => undefined);
  const seen = outcome.status === 'passed' ? outcome.outputs[0]?.artifact.digest : undefined;
  if (seen === undefined) {
    const why = 'reason' in outcome ? outcome.reason : 'it left nothing to compare';
    throw ApplicationFailure.nonRetryable(`The source of the data could not be looked at: ${why}`, 'NoLook');
  }
  const decision = await triggers('has the data changed').judgeData({ event, digest: seen });
  await triggers('what was seen').keepDataSeen({ project, digest: seen });
  return decision;
}

interface Done {
  readonly told: string[];
  readonly started: string[];
}

async function act(
  action: TriggerAction,
  command: CommandEvent | null,
  ends: Ends,
  done: Done,
): Promise<void> {
  switch (action.kind) {
    case 'ci':
      return runCi(action, command, ends, done);
    case 'wait': {
      if (!(await makeWay(action, done))) return;
      const { pullRequest, commit, author } = action;
      await triggers('the pull request waits').tellWaiting({ pullRequest, commit, author });
      return;
    }
    case 'schedules':
      done.told.push(
        ...(await triggers('schedules as the file says').syncSchedules({ project: action.project })),
      );
      return;
    case 'release': {
      const { project, commit, hotfix, by } = action;
      await release({ project, commit, hotfix, trigger: { kind: 'person', by }, kind: 'again' }, done);
      if (command !== null) await acknowledge(command, 'done');
      return;
    }
    case 'tell': {
      if (command === null) return;
      const { comment } = command;
      const { accepted, message } = await triggers(`${action.word} to the release`).tellRelease({
        action,
        comment,
      });
      done.told.push(message);
      await acknowledge(command, accepted ? 'done' : 'refused', message);
    }
  }
}

/** The run of the head, with nobody of older commits beside it; then the release, if it is to follow. */
async function runCi(action: CiAction, command: CommandEvent | null, ends: Ends, done: Done): Promise<void> {
  const { run, supersedes, awaited } = action;
  if (supersedes !== undefined) {
    const isHead = await makeWay({ pullRequest: supersedes, commit: run.commit }, done);
    if (!isHead) return;
  }
  const waits = action.release !== 'none' || awaited === true;
  const started = await startCi(action, waits, done);
  if (command !== null) await acknowledge(command, 'done');
  if (supersedes !== undefined) {
    await sleep(untilListedMs);
    await makeWay({ pullRequest: supersedes, commit: run.commit }, done);
  }
  if (!waits) return;
  const passed = await endOf(action, started, ends, done);
  done.told.push(`CI of ${run.commit.slice(0, 12)} ${passed ? 'passed' : 'did not pass'}.`);
  if (!passed || action.release === 'none') return;
  const { project, commit, trigger: by } = run;
  await release({ project, commit, trigger: by, kind: action.release, hotfix: action.hotfix === true }, done);
}

/** A run that has just begun is listed within seconds: who was not seen at first is seen then. */
const untilListedMs = 3_000;

/** A CI run that ended without a word (terminated, timed out) is found out this often. */
const checkEveryMs = 10 * 60_000;

interface Started {
  readonly id: string;
  readonly runId: string;
}

async function startCi({ run }: CiAction, listens: boolean, done: Done): Promise<Started> {
  const listener = listens ? { listener: workflowInfo().workflowId } : {};
  const started = await triggers('start or join CI').startCi({ run, ...listener });
  if (!done.started.includes(started.id)) done.started.push(started.id);
  return started;
}

/** Whether CI passed. A run that was joined and made way for a newer commit of its pull request is begun anew. */
async function endOf(action: CiAction, started: Started, ends: Ends, done: Done): Promise<boolean> {
  let { id, runId } = started;
  for (;;) {
    const heard = await condition(() => ends.has(runId), checkEveryMs);
    if (!heard && (await lanes('does CI still run').isOpen({ workflowId: id, runId }))) continue;
    const end = ends.get(runId) ?? (await recordedEnd(id, runId));
    if (end.supersededBy === undefined || action.supersedes !== undefined) return end.passed;
    ({ id, runId } = await startCi(action, true, done));
  }
}

/** Of a run that has told nothing: what its report says, if it wrote one. */
async function recordedEnd(
  id: string,
  runId: string,
): Promise<{ readonly passed: boolean; readonly supersededBy?: string }> {
  const result = await records('how CI ended').loadCiRun({ id });
  if (result?.runId !== runId) return { passed: false };
  const { passed, supersededBy } = result;
  return { passed, ...(supersededBy === undefined ? {} : { supersededBy }) };
}

async function makeWay(
  given: Pick<Extract<TriggerAction, { readonly kind: 'wait' }>, 'pullRequest' | 'commit'>,
  done: Done,
): Promise<boolean> {
  const { pullRequest, commit } = given;
  const { isHead, superseded } = await triggers('older runs make way').supersedeOlder({
    pullRequest,
    commit,
  });
  if (!isHead) done.told.push(`${commit.slice(0, 12)} is not the head of #${pullRequest.number} any more.`);
  for (const id of superseded) {
    const told = `${id} makes way.`;
    if (!done.told.includes(told)) done.told.push(told);
  }
  return isHead;
}

/** The key is this trigger’s: a retry after a lost answer finds the release that it started. */
async function release(
  input: Omit<Parameters<ReturnType<typeof triggers>['beginRelease']>[0], 'key'>,
  done: Done,
): Promise<void> {
  const key = workflowInfo().workflowId;
  const { id, told } = await triggers('start the release').beginRelease({ ...input, key });
  done.told.push(told);
  if (id !== null) done.started.push(id);
}

async function acknowledge(
  event: CommandEvent,
  state: 'seen' | 'done' | 'refused',
  message = '',
): Promise<void> {
  await triggers(`the command is ${state}`).answerCommand({ event, state, message });
}
