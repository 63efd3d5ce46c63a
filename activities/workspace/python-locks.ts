import { createHash } from 'node:crypto';
import { z } from 'zod';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { jsonOrNull } from '../json.ts';
import type { Pylock } from './pylock.ts';
import { wheelPlatform } from './python-platform.ts';

const recordedLock = z.object({
  digest: z.string(),
  version: z.string(),
  packages: z.number(),
  local: z.array(z.string()),
  needsCode: z.boolean(),
  /** Digest of the text in the store. */
  text: z.string(),
});

/** What a request was resolved to, as the store keeps it. */
export type RecordedLock = z.output<typeof recordedLock>;

/** Locks by what they were resolved from, for all workers that share the store. */
export interface PythonLocks {
  find(sources: string): Promise<RecordedLock | null>;
  /** Keeps a lock unless another worker was first; resolves to the one that holds. */
  keep(sources: string, version: string, lock: Pylock): Promise<RecordedLock>;
}

export function createPythonLocks(
  store: Pick<ArtifactStore, 'putText' | 'has' | 'readDocument' | 'writeDocument'>,
): PythonLocks {
  const find = async (sources: string): Promise<RecordedLock | null> => {
    const document = await store.readDocument(documentKeys.pythonLock(sources));
    const read = recordedLock.safeParse(jsonOrNull(document ?? ''));
    return read.success ? read.data : null;
  };
  return {
    find,
    async keep(sources, version, { text, packages, local, needsCode }) {
      const known = await find(sources);
      if (known !== null && (await store.has(known.text))) return known;
      const artifact = await store.putText(text, 'pylock.toml');
      const hash = createHash('sha256').update([version, wheelPlatform(), ...local, text].join('\0'));
      const lock: RecordedLock = {
        ...{ digest: `sha256:${hash.digest('hex')}`, version, packages, local: [...local], needsCode },
        text: artifact.digest,
      };
      await store.writeDocument(documentKeys.pythonLock(sources), JSON.stringify(lock));
      return (await find(sources)) ?? lock;
    },
  };
}
