import { createHash, type Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import { LonghaulError } from '../../core/errors.ts';

/** Where an artifact lies in a store: `sha256/ab/cdef…`. @throws LonghaulError NotFound for what is no digest */
export function pathOfDigest(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) {
    throw new LonghaulError(
      'NotFound',
      `"${digest}" is not a digest of an artifact (sha256:<64 hex digits>).`,
    );
  }
  return `sha256/${hex.slice(0, 2)}/${hex.slice(2)}`;
}

export const digestOf = (bytes: string | Uint8Array): string => ended(createHash('sha256').update(bytes));

/** What flows through it, and its digest once it has all flowed. */
export interface Hashed {
  readonly stream: Transform;
  readonly digest: () => string;
}

export function hashed(): Hashed {
  const hash = createHash('sha256');
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, digest: () => ended(hash) };
}

const ended = (hash: Hash): string => `sha256:${hash.digest('hex')}`;

export const missingArtifact = (digest: string): LonghaulError =>
  new LonghaulError('NotFound', `The artifact ${digest} is not in the store.`, {
    mend: 'It was removed, or stored on another machine: run again what made it.',
  });

/** `putAside` says where the damaged bytes are now, so that the same ones can be stored again. */
export const damagedArtifact = (digest: string, found: string, putAside: string): LonghaulError =>
  new LonghaulError('NotFound', `The stored bytes of ${digest} are damaged: they are of ${found}.`, {
    mend: `${putAside}; run again what made the artifact.`,
  });
