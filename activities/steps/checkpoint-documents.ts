import { createHash } from 'node:crypto';
import type { CheckpointDocuments, CheckpointsOfRun } from '../../core/checkpoints.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { RunContext } from '../../core/step.ts';
import { readDocument } from '../store/read-document.ts';

/** What the store has of the checkpoints of one training; `passedAt` is ISO, empty when no run of it has passed. */
export interface KeptCheckpoints {
  readonly documents: CheckpointDocuments;
  readonly passedAt: string;
}

/** A commit's CI runs share an id: Temporal's own tells them apart. */
export const checkpointDocumentId = ({ id, runId = '' }: RunContext): string =>
  createHash('sha256').update(`${id}\0${runId}`).digest('hex').slice(0, 24);

/** Below the folder of a training (`documentKeys.checkpoints`). */
export const checkpointKeys = {
  passed: (folder: string): string => `${folder}passed`,
  ofRun: (folder: string, id: string): string => `${folder}runs/${id}`,
} as const;

/** Of all runs. */
export async function readAllCheckpoints(store: ArtifactStore, folder: string): Promise<KeptCheckpoints> {
  const keys = await store.listDocuments(folder);
  const runs = checkpointKeys.ofRun(folder, '');
  const read = keys
    .filter((key) => key.startsWith(runs))
    .map(async (key) => Object.entries(await readOne(store, folder, key.slice(runs.length))));
  const passedKey = checkpointKeys.passed(folder);
  const passed = keys.includes(passedKey)
    ? await readDocument<{ readonly at: string }>(store, passedKey)
    : null;
  return { documents: Object.fromEntries((await Promise.all(read)).flat()), passedAt: passed?.at ?? '' };
}

/** Of one run, as if there were no others. */
export async function readOwnCheckpoints(
  store: ArtifactStore,
  folder: string,
  id: string,
): Promise<KeptCheckpoints> {
  return { documents: await readOne(store, folder, id), passedAt: '' };
}

async function readOne(store: ArtifactStore, folder: string, id: string): Promise<CheckpointDocuments> {
  const document = await readDocument<CheckpointsOfRun>(store, checkpointKeys.ofRun(folder, id));
  return document === null ? {} : { [id]: document };
}
