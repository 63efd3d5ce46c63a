import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRef } from '../../core/artifact.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { keyOfPath, pathOfKey } from './document-keys.ts';
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

  const put = async (fill: (temporary: string) => Promise<void>, name: string): Promise<ArtifactRef> => {
    const incoming = join(artifacts, 'incoming', randomUUID());
    await mkdir(join(artifacts, 'incoming'), { recursive: true });
    try {
      await fill(incoming);
      const { size } = await stat(incoming);
      const digest = await sha256OfFile(incoming);
      const path = pathOfDigest(artifacts, digest);
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
      const source = pathOfDigest(artifacts, digest);
      if (!(await exists(source))) throw missing(digest);
      await writeAtomically(path, async (temporary) => {
        const hash = createHash('sha256');
        const hashed = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            hash.update(chunk);
            done(null, chunk);
          },
        });
        await pipeline(createReadStream(source), hashed, createWriteStream(temporary));
        await checkDigest(source, digest, hash.digest('hex'));
      });
    },

    async getText(digest) {
      const source = pathOfDigest(artifacts, digest);
      const bytes = await readIfThere(source);
      if (bytes === null) throw missing(digest);
      await checkDigest(source, digest, createHash('sha256').update(bytes).digest('hex'));
      return bytes.toString('utf8');
    },

    has: (digest) => exists(pathOfDigest(artifacts, digest)),

    writeDocument: (key, json) =>
      writeAtomically(join(documents, pathOfKey(key)), (temporary) => writeFile(temporary, json)),

    async readDocument(key) {
      const bytes = await readIfThere(join(documents, pathOfKey(key)));
      return bytes === null ? null : bytes.toString('utf8');
    },

    async listDocuments(prefix) {
      const files = await readdir(documents, { recursive: true }).catch(
        noneWhenMissing<readonly string[]>([]),
      );
      return files
        .map((file) => keyOfPath(file.split(sep)))
        .filter((key) => key?.startsWith(prefix) === true)
        .filter((key) => key !== null)
        .sort();
    },
  };
}

function pathOfDigest(artifacts: string, digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) {
    throw new LonghaulError(
      'NotFound',
      `"${digest}" is not a digest of an artifact (sha256:<64 hex digits>).`,
    );
  }
  return join(artifacts, 'sha256', hex.slice(0, 2), hex.slice(2));
}

/** A damaged file is put aside, so that storing the same bytes again mends it. */
async function checkDigest(source: string, digest: string, found: string): Promise<void> {
  if (digest === `sha256:${found}`) return;
  await rename(source, `${source}.damaged`);
  throw new LonghaulError(
    'NotFound',
    `The stored bytes of ${digest} are damaged: they are of sha256:${found}.`,
    { mend: `They were moved to ${source}.damaged; run again what made the artifact.` },
  );
}

function missing(digest: string): LonghaulError {
  return new LonghaulError('NotFound', `The artifact ${digest} is not in the store.`, {
    mend: 'It was removed, or stored on another machine: run again what made it.',
  });
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
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
