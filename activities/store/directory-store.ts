import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRef } from '../../core/artifact.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { damagedArtifact, digestOf, hashed, missingArtifact, pathOfDigest } from './digests.ts';
import { folderOfPrefix, keyOfPath, pathOfKey } from './document-keys.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * An artifact store in two folders of this machine: `artifacts`, where `sha256:abcdef…` is `sha256/ab/cdef…`, and
 * `documents`, where each key is a file. Safe for any number of processes at once.
 */
export function createDirectoryStore(folders: {
  readonly artifacts: string;
  readonly documents: string;
}): ArtifactStore {
  const { artifacts, documents } = folders;
  const placeOf = (digest: string): string => join(artifacts, pathOfDigest(digest));

  const put = async (fill: (temporary: string) => Promise<void>, name: string): Promise<ArtifactRef> => {
    const incoming = join(artifacts, 'incoming', randomUUID());
    await mkdir(join(artifacts, 'incoming'), { recursive: true });
    try {
      await fill(incoming);
      const { size } = await stat(incoming);
      const digest = await sha256OfFile(incoming);
      const path = placeOf(digest);
      if (!(await exists(path))) await writeAtomically(path, (temporary) => rename(incoming, temporary));
      return { digest, size, name };
    } finally {
      await rm(incoming, { force: true });
    }
  };

  return {
    putFile: (path, name) =>
      put((incoming) => pipeline(createReadStream(path), createWriteStream(incoming)), name),

    putText: (text, name) => put((incoming) => writeFile(incoming, text), name),

    async getFile(digest, path) {
      const source = placeOf(digest);
      if (!(await exists(source))) throw missingArtifact(digest);
      await writeAtomically(path, async (temporary) => {
        const bytes = hashed();
        await pipeline(createReadStream(source), bytes.stream, createWriteStream(temporary));
        await checkDigest(source, digest, bytes.digest());
      });
    },

    async getText(digest) {
      const source = placeOf(digest);
      const bytes = await readIfThere(source);
      if (bytes === null) throw missingArtifact(digest);
      await checkDigest(source, digest, digestOf(bytes));
      return bytes.toString('utf8');
    },

    has: (digest) => exists(placeOf(digest)),

    writeDocument: (key, json) =>
      writeAtomically(join(documents, pathOfKey(key)), (temporary) => writeFile(temporary, json)),

    async readDocument(key) {
      const bytes = await readIfThere(join(documents, pathOfKey(key)));
      return bytes === null ? null : bytes.toString('utf8');
    },

    async listDocuments(prefix) {
      const folder = folderOfPrefix(prefix);
      const files = await readdir(join(documents, folder), { recursive: true }).catch(
        noneWhenMissing<readonly string[]>([]),
      );
      return files
        .map((file) => keyOfPath(join(folder, file).split(sep)))
        .filter((key) => key?.startsWith(prefix) === true)
        .filter((key) => key !== null)
        .sort();
    },
  };
}

/** A damaged file is put aside, so that storing the same bytes again mends it. */
async function checkDigest(source: string, digest: string, found: string): Promise<void> {
  if (digest === found) return;
  await rename(source, `${source}.damaged`);
  throw damagedArtifact(digest, found, `They were moved to ${source}.damaged`);
}

async function sha256OfFile(path: string): Promise<string> {
  const bytes = hashed();
  await pipeline(createReadStream(path), bytes.stream.resume());
  return bytes.digest();
}

async function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch(noneWhenMissing<Buffer | null>(null));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, noneWhenMissing(false));
}

function noneWhenMissing<T>(none: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return none;
    throw error;
  };
}
