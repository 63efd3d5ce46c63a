import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { LonghaulError } from '../core/errors.ts';
import { documentKeys, releaseId, rollbackId, taskQueues } from '../core/ids.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { ReleaseInput, ReleaseRecord } from '../core/release.ts';
import { detailsOf, summaryOf } from '../core/summary.ts';
import type { release, rollback } from '../workflows/index.ts';
import type { RollbackInput } from '../workflows/inputs.ts';
import { releaseUpdate } from '../workflows/messages.ts';
import type { Answer, PersonMessage, ReleaseMessage } from '../workflows/messages.ts';
import { isSilence } from './ask-open.ts';
import type { StartedRun } from './longhaul-client.ts';
import { runAttributes } from './search-attributes.ts';
import { describeNow, statusNow } from './workflow-status.ts';

/** `model` names the lane and is part of the id; it comes from the file at the commit. */
export type StartReleaseInput = Omit<ReleaseInput, 'attempt'> & { readonly model: string };

type Deps = { readonly client: Client; readonly store: ArtifactStore };

/** The first attempt whose id is free, in Temporal and in the store. Two callers at once get two ids or one refusal. */
export async function startRelease(deps: Deps, input: StartReleaseInput): Promise<StartedRun> {
  const { kind, run } = await startOrFindRelease(deps, input, {});
  if (kind === 'open') throw stillOpen(run.id);
  return run;
}

/** What came of a start: a new release, the open one of the commit, or one that was there before. */
export interface ReleaseStart {
  readonly kind: 'started' | 'open' | 'earlier';
  readonly run: StartedRun;
}

/**
 * Starts the next attempt for a commit, unless one is open.
 * @param how.key of whoever asks: what was started for it is found again, so that asking twice starts one
 * @param how.once whether an attempt that has ended is enough
 */
export async function startOrFindRelease(
  { client, store }: Deps,
  { model, ...input }: StartReleaseInput,
  { key, once = false }: { readonly key?: string; readonly once?: boolean },
): Promise<ReleaseStart> {
  for (let attempt = 1; ; attempt++) {
    const id = releaseId(model, input.commit, attempt);
    const description = await describeNow(client, id);
    const run = { id, runId: description?.runId ?? '' };
    if (key !== undefined && description?.memo?.['startedFor'] === key) return { kind: 'started', run };
    if (description?.status.name === 'RUNNING') return { kind: 'open', run };
    if (description !== null || (await store.readDocument(documentKeys.release(id))) !== null) {
      if (once) return { kind: 'earlier', run };
      continue;
    }
    try {
      const handle = await client.workflow.start<typeof release>('release', {
        workflowId: id,
        taskQueue: taskQueues.orchestration,
        args: [{ ...input, attempt }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: runAttributes({ project: input.project, model, commit: input.commit }),
        staticSummary: summaryOf(`Release of ${model} at ${input.commit.slice(0, 12)}`),
        staticDetails: detailsOf(
          `Project ${input.project}, commit ${input.commit}, attempt ${attempt}, started by ${input.trigger.by} (${input.trigger.kind}).`,
        ),
        ...(key === undefined ? {} : { memo: { startedFor: key } }),
      });
      return { kind: 'started', run: { id, runId: handle.firstExecutionRunId } };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'open', run };
      throw error;
    }
  }
}

const stillOpen = (id: string): LonghaulError =>
  new LonghaulError('Conflict', `A release of this commit is open already: ${id}.`, {
    mend: `Follow it with: longhaul release watch ${id}`,
  });

/**
 * By update, which answers; never by signal, which cannot. Answers within 15 seconds or throws Unreachable. What is said
 * again under the same `key` is not said twice: it gets the same answer.
 */
export async function sendToRelease(
  client: Client,
  id: string,
  message: ReleaseMessage,
  person: PersonMessage,
  key?: string,
): Promise<Answer> {
  const handle = client.workflow.getHandle(id);
  try {
    return await client.withDeadline(Date.now() + 15_000, () =>
      handle.executeUpdate(releaseUpdate(message), {
        args: [person],
        ...(key === undefined ? {} : { updateId: key }),
      }),
    );
  } catch (error) {
    throw await refusalOf(client, id, message, error);
  }
}

async function refusalOf(
  client: Client,
  id: string,
  message: ReleaseMessage,
  error: unknown,
): Promise<unknown> {
  if (error instanceof WorkflowUpdateFailedError) {
    return new LonghaulError('Rejected', error.cause?.message ?? error.message, { cause: error });
  }
  const status = await statusNow(client, id);
  if (status === 'UNKNOWN')
    return new LonghaulError('NotFound', `There is no release ${id}.`, {
      mend: 'See all with: longhaul release list',
      cause: error,
    });
  if (status !== 'RUNNING' || error instanceof WorkflowNotFoundError) {
    return new LonghaulError('Conflict', `The release ${id} has ended, so it cannot take \`${message}\`.`, {
      mend: `See how it ended: longhaul release show ${id}`,
      cause: error,
    });
  }
  if (!isSilence(error)) return error;
  return new LonghaulError('Unreachable', `No worker answered for ${id} within 15 seconds.`, {
    mend: 'Start the workers with `longhaul up`, look at the release, and say it again.',
    cause: error,
  });
}

/** Joins a rollback that is under way. */
export async function rollBackRelease(client: Client, input: RollbackInput): Promise<ReleaseRecord> {
  const handle = await client.workflow.start<typeof rollback>('rollback', {
    workflowId: rollbackId(input.release),
    taskQueue: taskQueues.orchestration,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: summaryOf(`Rollback of ${input.release}`),
    staticDetails: detailsOf(`Asked by ${input.by}: ${input.reason}`),
  });
  try {
    return await handle.result();
  } catch (error) {
    if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) {
      throw new LonghaulError('Rejected', error.cause.message, { cause: error });
    }
    throw error;
  }
}
