import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { AnnouncedSubject } from '../../core/announcement.ts';
import type { CiRunResult, CiStepState } from '../../core/ci.ts';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { readDocument } from '../store/read-document.ts';

export interface RecordSources {
  readonly client: Client;
  readonly store: ArtifactStore;
}

/** A run as it is now. `ended`: nothing of it will change any more. */
export type SubjectNow =
  | {
      readonly kind: 'ci';
      /** Where each step stands, while the run is open. */
      readonly steps: readonly CiStepState[];
      /** ISO time, while it is open. */
      readonly startedAt?: string;
      /** Absent while it is open, and for good where it ended without a word, as one that was terminated. */
      readonly result?: CiRunResult;
      readonly ended: boolean;
    }
  | { readonly kind: 'release'; readonly record: ReleaseRecord | null; readonly ended: boolean };

/** @throws what Temporal throws when no worker answers for an open CI run: the asking is tried again */
export const readSubject = (sources: RecordSources, subject: AnnouncedSubject): Promise<SubjectNow> =>
  subject.kind === 'ci' ? readCiRun(sources, subject.id) : readRelease(sources, subject.id);

async function readCiRun({ client, store }: RecordSources, id: string): Promise<SubjectNow> {
  const startedAt = await openSince(client, id);
  if (startedAt !== null) {
    const steps = await client.workflow.getHandle(id).query<readonly CiStepState[]>('status');
    return { kind: 'ci', steps, startedAt, ended: false };
  }
  const result = await readDocument<CiRunResult>(store, documentKeys.ciRun(id));
  return { kind: 'ci', steps: [], ended: true, ...(result === null ? {} : { result }) };
}

/** ISO time at which the newest run of a workflow began; null where none is open. */
const openSince = (client: Client, id: string): Promise<string | null> =>
  client.workflow
    .getHandle(id)
    .describe()
    .then(
      ({ status, startTime }) => (status.name === 'RUNNING' ? startTime.toISOString() : null),
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      },
    );

/** As it was last saved: each save is followed by a look. */
async function readRelease({ store }: RecordSources, id: string): Promise<SubjectNow> {
  const record = await readDocument<ReleaseRecord>(store, documentKeys.release(id));
  return { kind: 'release', record, ended: record?.phase === 'ended' };
}
