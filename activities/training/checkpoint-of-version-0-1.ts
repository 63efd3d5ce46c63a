import { createHash } from 'node:crypto';
import type { StoredCheckpoint } from '../../core/checkpoints.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { RunStepInput } from '../contracts.ts';
import { readDocument } from '../store/read-document.ts';

/**
 * The checkpoint of a training that version 0.1.0 began and this version goes on with: it was kept by the run's id, and
 * such runs do not have Temporal's own id. Null where there is none, or one of other commands.
 */
export async function checkpointOfVersion01(
  store: Pick<ArtifactStore, 'readDocument'>,
  { run, step }: Pick<RunStepInput, 'run' | 'step'>,
): Promise<StoredCheckpoint | null> {
  if (run.runId !== undefined) return null;
  const stored = await readDocument<StoredCheckpoint & { readonly basis: string }>(
    store,
    `checkpoints/${run.id}/${step.name}`,
  );
  const basis = createHash('sha256')
    .update(JSON.stringify([run.commit, run.configDigest, run.overlay, step.run, step.env]))
    .digest('hex');
  return stored?.basis === basis ? { epoch: stored.epoch, artifact: stored.artifact } : null;
}
