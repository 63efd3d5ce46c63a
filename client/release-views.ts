import type { Client } from '@temporalio/client';
import { documentKeys } from '../core/ids.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { ReleaseRecord } from '../core/release.ts';
import { releaseStatus } from '../workflows/messages.ts';
import { askOpen } from './ask-open.ts';
import { pendingWorkOf } from './pending-work.ts';
import type { PendingWork } from './pending-work.ts';
import { readDocument } from '../activities/store/read-document.ts';
import { listQuery } from './search-attributes.ts';
import { describeNow } from './workflow-status.ts';
import type { WorkflowStatus } from './workflow-status.ts';

type Deps = { readonly client: Client; readonly store: ArtifactStore };

/** A release as it is known now. */
export interface ReleaseView {
  readonly id: string;
  /** `UNKNOWN` when Temporal does not keep the history any more: the record is all there is. */
  readonly status: WorkflowStatus;
  /** ISO time. */
  readonly startedAt: string;
  /** Absent when the release has not yet written any. */
  readonly record: ReleaseRecord | undefined;
  /** `store` for an open release means that no worker answers now, so the record may be old. */
  readonly answeredBy: 'workflow' | 'store';
  readonly pending: readonly PendingWork[];
}

export interface ReleaseFilter {
  readonly project?: string;
  readonly limit: number;
}

/** An open release answers for itself; a closed one, or one without a worker, is read from the store. */
export async function viewRelease({ client, store }: Deps, id: string): Promise<ReleaseView | null> {
  const description = await describeNow(client, id);
  const status = description?.status.name ?? 'UNKNOWN';
  const answer = status === 'RUNNING' ? await askOpen(client, id, releaseStatus) : undefined;
  const record = answer ?? (await readDocument<ReleaseRecord>(store, documentKeys.release(id))) ?? undefined;
  const startedAt = description?.startTime.toISOString() ?? record?.startedAt;
  if (startedAt === undefined) return null;
  return {
    id,
    status,
    startedAt,
    record,
    answeredBy: answer === undefined ? 'store' : 'workflow',
    pending: description === null ? [] : pendingWorkOf(description),
  };
}

/** What Temporal lists together with what the store keeps beyond Temporal's retention; newest first. */
export async function listReleases(
  { client, store }: Deps,
  filter: ReleaseFilter,
): Promise<readonly ReleaseView[]> {
  const listed = await listOpenAndRecent(client, filter);
  const views = new Map<string, ReleaseView>(listed.map((view) => [view.id, view]));
  const prefix = documentKeys.release('');
  for (const key of await store.listDocuments(prefix)) {
    const record = await readDocument<ReleaseRecord>(store, key);
    if (record === null || (filter.project !== undefined && record.project !== filter.project)) continue;
    const known = views.get(record.id);
    views.set(record.id, {
      id: record.id,
      status: known?.status ?? 'UNKNOWN',
      startedAt: record.startedAt,
      record,
      answeredBy: 'store',
      pending: [],
    });
  }
  return [...views.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, filter.limit);
}

async function listOpenAndRecent(
  client: Client,
  { project, limit }: ReleaseFilter,
): Promise<readonly ReleaseView[]> {
  const found: ReleaseView[] = [];
  for await (const execution of client.workflow.list({ query: listQuery('release', project) })) {
    found.push({
      id: execution.workflowId,
      status: execution.status.name,
      startedAt: execution.startTime.toISOString(),
      record: undefined,
      answeredBy: 'store',
      pending: [],
    });
    if (found.length >= limit) break;
  }
  return found;
}
