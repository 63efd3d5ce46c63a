import type { Client } from '@temporalio/client';
import type { CiRunInput, CiRunResult, CiStepState } from '../core/ci.ts';
import { ciRunId, documentKeys, pullRequestKey, taskQueues, untrustedCiRunId } from '../core/ids.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import { sourceSaid } from '../core/render/source-words.ts';
import { detailsOf, summaryOf } from '../core/summary.ts';
import type { ciRun } from '../workflows/index.ts';
import { ciListen, ciRunStatus } from '../workflows/messages.ts';
import type { CiListener } from '../workflows/messages.ts';
import { askOpen } from './ask-open.ts';
import type { StartedRun } from './longhaul-client.ts';
import { pendingWorkOf } from './pending-work.ts';
import type { PendingWork } from './pending-work.ts';
import { readDocument } from '../activities/store/read-document.ts';
import { listQuery, runAttributes } from './search-attributes.ts';
import { describeNow } from './workflow-status.ts';
import type { WorkflowStatus } from './workflow-status.ts';

export interface CiRunView {
  readonly id: string;
  readonly runId: string | undefined;
  readonly status: WorkflowStatus;
  readonly startedAt: string | undefined;
  /** Absent until the run has ended. */
  readonly result: CiRunResult | undefined;
  /** Where each step stands, while the run is open and a worker answers. */
  readonly steps: readonly CiStepState[];
  readonly pending: readonly PendingWork[];
}

/**
 * One run a commit at a time: starting it while it is open joins it. A stranger's commit has a run of its own. A listener
 * is told to the run with its start, so that it misses no end.
 */
export async function startCiRun(
  client: Client,
  input: CiRunInput,
  listener?: CiListener,
): Promise<StartedRun> {
  const { project, commit, pullRequest: number, trigger, source, untrusted } = input;
  const options = {
    workflowId: untrusted === true ? untrustedCiRunId(project, commit) : ciRunId(project, commit),
    taskQueue: taskQueues.orchestration,
    typedSearchAttributes: runAttributes({
      ...{ project, commit },
      ...(number === undefined ? {} : { pullRequest: pullRequestKey({ project, number }) }),
    }),
    staticSummary: summaryOf(
      `CI of ${project}: ${source === undefined ? commit.slice(0, 12) : sourceSaid(source)}`,
    ),
    staticDetails: detailsOf(`Started by ${trigger.by} (${trigger.kind}).`),
  };
  if (listener === undefined) {
    const { workflowId: id, firstExecutionRunId: runId } = await client.workflow.start<typeof ciRun>(
      'ciRun',
      {
        ...options,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
      },
    );
    return { id, runId };
  }
  const { workflowId: id, signaledRunId: runId } = await client.workflow.signalWithStart<
    typeof ciRun,
    [CiListener]
  >('ciRun', { ...options, args: [input], signal: ciListen, signalArgs: [listener] });
  return { id, runId };
}

/** An open run as it is now; a closed one from the store. */
export async function viewCiRun(
  { client, store }: { readonly client: Client; readonly store: ArtifactStore },
  id: string,
): Promise<CiRunView | null> {
  const description = await describeNow(client, id);
  const open = description?.status.name === 'RUNNING';
  const result = open ? null : await readDocument<CiRunResult>(store, documentKeys.ciRun(id));
  if (description === null && result === null) return null;
  return {
    id,
    runId: description?.runId,
    status: description?.status.name ?? 'UNKNOWN',
    startedAt: description?.startTime.toISOString() ?? result?.startedAt,
    result: result ?? undefined,
    steps: open ? ((await askOpen(client, id, ciRunStatus)) ?? []) : [],
    pending: description === null ? [] : pendingWorkOf(description),
  };
}

export interface CiRunFilter {
  readonly project?: string;
  readonly limit: number;
}

/** Ids of what Temporal lists, newest first, and then of what only the store still has. */
export async function listCiRunIds(
  { client, store }: { readonly client: Client; readonly store: ArtifactStore },
  { project, limit }: CiRunFilter,
): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query: listQuery('ciRun', project) })) {
    ids.add(workflowId);
    if (ids.size >= limit) return [...ids];
  }
  const prefix = documentKeys.ciRun('');
  const stored = await store.listDocuments(`${prefix}${project === undefined ? '' : ciRunId(project, '')}`);
  return [...new Set([...ids, ...stored.map((key) => key.slice(prefix.length))])].slice(0, limit);
}
