import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Config } from '../../config/store-config.ts';
import { hashed } from './digests.ts';
import { isAbsent, isThereAlready, lacksConditions, s3Failure, tellsNothing } from './s3-errors.ts';

/** One bucket in the few words that a store needs. Every method throws what {@link s3Failure} makes of an error. */
export interface S3Bucket {
  readonly find: (key: string) => Promise<{ readonly size: number; readonly etag: string } | null>;
  readonly read: (key: string) => Promise<S3Object | null>;
  readonly write: (key: string, text: string) => Promise<void>;
  /** Writes an object that is the same for all who write it: one that is there meanwhile is as good. */
  readonly writeOnce: (key: string, bytes: Uint8Array) => Promise<void>;
  /** The same for a file of any size, in parts; nothing is written unless its first `size` bytes are of `digest`. */
  readonly uploadOnce: (key: string, file: FileToUpload) => Promise<void>;
  /** Removes the object unless it is another one by now. */
  readonly remove: (key: string, etag: string) => Promise<void>;
  /** Keys that begin with `prefix`. */
  readonly list: (prefix: string) => Promise<readonly string[]>;
}

export interface S3Object {
  readonly body: Readable;
  readonly etag: string;
}

export interface FileToUpload {
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

/** S3 takes 10,000 parts. */
const partSize = (size: number): number => Math.max(8 * 1024 * 1024, Math.ceil(size / 9_000));

/** Opens nothing until the first request, so that a command that asks for nothing does not wait for the SDK. */
export function createS3Bucket(config: S3Config): S3Bucket {
  const { bucket: Bucket } = config;
  let opened: Promise<Opened> | undefined;
  const open = (): Promise<Opened> => (opened ??= openSdk(config));
  const telling = async <T>(what: string, work: (sdk: Opened) => Promise<T>): Promise<T> => {
    try {
      return await work(await open());
    } catch (error) {
      throw s3Failure(error, what, config);
    }
  };
  const named = (key: string): string => `s3://${Bucket}/${key}`;

  const read: S3Bucket['read'] = (key) =>
    telling(`read ${named(key)}`, async ({ s3, client }) => {
      const found = await client.send(new s3.GetObjectCommand({ Bucket, Key: key })).catch(noneWhenAbsent);
      if (found === null) return null;
      if (!(found.Body instanceof Readable)) throw new Error('The SDK gave no stream.');
      return { body: found.Body, etag: found.ETag ?? '' };
    });

  return {
    read,

    find: (key) =>
      telling(`look for ${named(key)}`, async ({ s3, client }) => {
        try {
          const found = await client.send(new s3.HeadObjectCommand({ Bucket, Key: key }));
          return { size: found.ContentLength ?? 0, etag: found.ETag ?? '' };
        } catch (error) {
          if (isAbsent(error)) return null;
          if (tellsNothing(error)) (await read(key))?.body.destroy();
          throw error;
        }
      }),

    write: (key, text) =>
      telling(`write ${named(key)}`, async ({ s3, client }) => {
        const written = { Bucket, Key: key, Body: text, ContentType: 'application/json' };
        await client.send(new s3.PutObjectCommand(written));
      }),

    writeOnce: (key, bytes) =>
      telling(`write ${named(key)}`, ({ s3, client }) =>
        once(async (condition) => {
          await client.send(new s3.PutObjectCommand({ Bucket, Key: key, Body: bytes, ...condition }));
        }),
      ),

    uploadOnce: (key, file) =>
      telling(`write ${named(key)}`, async ({ client }) => {
        const { Upload } = await import('@aws-sdk/lib-storage');
        await once(async (condition) => {
          const Body = checkedStream(file);
          const params = { Bucket, Key: key, Body, ...condition };
          await new Upload({ client, params, partSize: partSize(file.size) }).done();
        });
      }),

    remove: (key, etag) =>
      telling(`remove ${named(key)}`, async ({ s3, client }) => {
        await client.send(new s3.DeleteObjectCommand({ Bucket, Key: key, IfMatch: etag }));
      }),

    list: (Prefix) =>
      telling(`list ${named(Prefix)}`, async ({ s3, client }) => {
        const keys: string[] = [];
        for await (const page of s3.paginateListObjectsV2({ client }, { Bucket, Prefix })) {
          keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        }
        return keys;
      }),
  };
}

interface Opened {
  readonly s3: typeof Sdk;
  readonly client: Sdk.S3Client;
}

/** Bytes are checked by their digests; checksums that only AWS itself knows would shut other servers out. */
async function openSdk({ endpoint, region, pathStyle }: S3Config): Promise<Opened> {
  const s3 = await import('@aws-sdk/client-s3');
  const variable = process.env['AWS_REGION'];
  const known = region ?? (variable === '' ? undefined : variable);
  const client = new s3.S3Client({
    forcePathStyle: pathStyle,
    followRegionRedirects: true,
    maxAttempts: 6,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
    ...(endpoint === undefined ? {} : { endpoint, region: known ?? 'us-east-1' }),
    ...(region === undefined ? {} : { region }),
  });
  return { s3, client };
}

/** Writes if nothing is there yet; where that cannot be told, writing the same bytes again does no harm. */
async function once(write: (condition: { readonly IfNoneMatch?: '*' }) => Promise<void>): Promise<void> {
  try {
    await write({ IfNoneMatch: '*' });
  } catch (error) {
    if (isThereAlready(error)) return;
    if (!lacksConditions(error)) throw error;
    await write({});
  }
}

/** The file's first bytes; fails at their end when they are not those that were hashed before. */
function checkedStream({ path, size, digest }: FileToUpload): Readable {
  const bytes = hashed();
  const file = createReadStream(path, { end: size - 1 });
  file.once('error', (error) => bytes.stream.destroy(error));
  const checked = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of file.pipe(bytes.stream)) yield chunk as Buffer;
    if (bytes.digest() !== digest) throw new Error(`${path} was changed while it was stored.`);
  };
  return Readable.from(checked(), { objectMode: false });
}

function noneWhenAbsent(error: unknown): null {
  if (isAbsent(error)) return null;
  throw error;
}
