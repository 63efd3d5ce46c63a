import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Config } from '../../config/store-config.ts';
import type { ArtifactRef } from '../../core/artifact.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { damagedArtifact, digestOf, hashed, missingArtifact, pathOfDigest } from './digests.ts';
import { folderOfPrefix, keyOfPath, pathOfKey } from './document-keys.ts';
import { createS3Bucket } from './s3-bucket.ts';
import { s3Failure } from './s3-errors.ts';
import { writeAtomically } from './write-atomically.ts';

/** Up to here an artifact is sent in one piece, and read once. */
const onePiece = 8 * 1024 * 1024;

/**
 * An artifact store in a bucket of S3, laid out as a `directory` is: `sha256/ab/cdef…` and `documents/…`, below the
 * prefix. Safe for any number of hosts at once.
 */
export function createS3Store(config: S3Config): ArtifactStore {
  const bucket = createS3Bucket(config);
  const below = config.prefix === undefined ? '' : `${config.prefix.replace(/\/$/, '')}/`;
  const placeOf = (digest: string): string => `${below}${pathOfDigest(digest)}`;
  const documents = `${below}documents/`;

  const putBytes = async (bytes: Uint8Array, name: string): Promise<ArtifactRef> => {
    const digest = digestOf(bytes);
    const size = bytes.byteLength;
    if (!(await holds(digest, size))) await bucket.writeOnce(placeOf(digest), bytes);
    return { digest, size, name };
  };
  /** One of another size was cut short by somebody else's hand: it goes, so that the right one can come. */
  const holds = async (digest: string, size: number): Promise<boolean> => {
    const found = await bucket.find(placeOf(digest));
    if (found !== null && found.size !== size) await bucket.remove(placeOf(digest), found.etag);
    return found?.size === size;
  };
  const open = async (digest: string): Promise<{ readonly body: Readable; readonly etag: string }> => {
    const found = await bucket.read(placeOf(digest));
    if (found === null) throw missingArtifact(digest);
    return found;
  };
  /** A damaged object is removed, so that storing the same bytes again mends it. */
  const checkDigest = async (digest: string, found: string, etag: string): Promise<void> => {
    if (digest === found) return;
    await bucket.remove(placeOf(digest), etag);
    throw damagedArtifact(digest, found, `The object ${placeOf(digest)} was removed from ${config.bucket}`);
  };

  return {
    async putFile(path, name) {
      if ((await stat(path)).size <= onePiece) return putBytes(await readFile(path), name);
      const file = await measure(path);
      if (!(await holds(file.digest, file.size))) {
        await bucket.uploadOnce(placeOf(file.digest), { path, ...file });
      }
      return { ...file, name };
    },

    putText: (text, name) => putBytes(Buffer.from(text), name),

    async getFile(digest, path) {
      const { body, etag } = await open(digest);
      await writeAtomically(path, async (temporary) => {
        const bytes = hashed();
        await receiving(pipeline(body, bytes.stream, createWriteStream(temporary)));
        await checkDigest(digest, bytes.digest(), etag);
      });
    },

    async getText(digest) {
      const { body, etag } = await open(digest);
      const bytes = await receiving(allOf(body));
      await checkDigest(digest, digestOf(bytes), etag);
      return bytes.toString('utf8');
    },

    has: async (digest) => (await bucket.find(placeOf(digest))) !== null,

    writeDocument: (key, json) => bucket.write(`${documents}${pathOfKey(key)}`, json),

    async readDocument(key) {
      const found = await bucket.read(`${documents}${pathOfKey(key)}`);
      return found === null ? null : (await receiving(allOf(found.body))).toString('utf8');
    },

    async listDocuments(prefix) {
      const folder = folderOfPrefix(prefix);
      const keys = await bucket.list(`${documents}${folder}${folder === '' ? '' : '/'}`);
      return keys
        .map((key) => keyOfPath(key.slice(documents.length).split('/')))
        .filter((key) => key !== null)
        .filter((key) => key.startsWith(prefix))
        .sort();
    },
  };

  /** An answer that broke off. */
  async function receiving<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw s3Failure(error, `send all of an object of ${config.bucket}`, config);
    }
  }
}

async function allOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function measure(path: string): Promise<{ readonly digest: string; readonly size: number }> {
  const bytes = hashed();
  let size = 0;
  bytes.stream.on('data', (chunk: Buffer) => (size += chunk.byteLength));
  await pipeline(createReadStream(path), bytes.stream);
  return { digest: bytes.digest(), size };
}
