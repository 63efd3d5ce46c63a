import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { RunContext, StepSpec } from '../../core/step.ts';

/** The newest checkpoint of one step of one run, kept in the store so that any worker can go on from it. */
export interface Checkpoints {
  /** Stores the file, and only then names it as the one to go on from. An older epoch than the stored is left out. */
  readonly keep: (file: string, epoch: number) => Promise<void>;
  /** Puts the newest checkpoint into `folder`; resolves to its epoch, or 0 when there is none. */
  readonly place: (folder: string) => Promise<number>;
}

interface StoredCheckpoint {
  /** What the checkpoint rests on: it is of no use to other commands or another configuration. */
  readonly basis: string;
  readonly epoch: number;
  readonly artifact: ArtifactRef;
}

export function createCheckpoints(store: ArtifactStore, run: RunContext, step: StepSpec): Checkpoints {
  const key = `checkpoints/${run.id}/${step.name}`;
  const basis = createHash('sha256')
    .update(JSON.stringify([run.commit, run.configDigest, run.overlay, step.run, step.env]))
    .digest('hex');

  const read = async (): Promise<StoredCheckpoint | null> => {
    const json = await store.readDocument(key);
    const stored = json === null ? null : (JSON.parse(json) as StoredCheckpoint);
    return stored?.basis === basis ? stored : null;
  };

  return {
    async keep(file, epoch) {
      if (((await read())?.epoch ?? 0) >= epoch) return;
      const artifact = await store.putFile(file, basename(file));
      await store.writeDocument(key, JSON.stringify({ basis, epoch, artifact } satisfies StoredCheckpoint));
    },

    async place(folder) {
      const stored = await read();
      if (stored === null) return 0;
      try {
        await store.getFile(stored.artifact.digest, join(folder, stored.artifact.name));
      } catch (error) {
        if (error instanceof LonghaulError && error.type === 'NotFound') return 0;
        throw error;
      }
      return stored.epoch;
    },
  };
}
