import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createS3Bucket } from '../../../activities/store/s3-bucket.ts';
import { startMoto, type StartedMoto } from '../../servers/moto.ts';
import { digestOfHello, testArtifactStore } from './contract.ts';

let moto: StartedMoto;
let server: S3Client;
let bucket: string;
let buckets = 0;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());
beforeEach(async () => {
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
  server = new S3Client({ forcePathStyle: true });
  bucket = `store-${++buckets}`;
  await moto.createBucket(bucket);
  return () => {
    vi.unstubAllEnvs();
    server.destroy();
  };
});

const s3 = () => ({ bucket, prefix: 'teams/ml', endpoint: moto.endpoint, pathStyle: true });
const open = () =>
  createArtifactStore({ store: { s3: s3() }, home: { artifacts: '/nowhere', documents: '/nowhere' } });

const placeOf = (digest: string) =>
  `teams/ml/sha256/${digest.slice('sha256:'.length).replace(/^../, (first) => `${first}/`)}`;

/** All keys of the bucket, past the store's own code. */
async function keys(): Promise<readonly string[]> {
  const { Contents = [] } = await server.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

async function damage(digest: string, bytes: string): Promise<void> {
  await server.send(new PutObjectCommand({ Bucket: bucket, Key: placeOf(digest), Body: bytes }));
}

describe('on S3', () => {
  testArtifactStore({
    open,
    damage,
    kept: async () => (await keys()).map((key) => key.replace('teams/ml/sha256/', '')),
  });
});

test('an artifact that somebody cut short is mended by storing it again, before anyone reads it', async () => {
  await open().putText('hello', 'x');
  await damage(digestOfHello, 'he');
  await open().putText('hello', 'x');
  expect(await open().getText(digestOfHello)).toBe('hello');
});

test('documents beyond one page of a listing are listed', async () => {
  const names = Array.from({ length: 1_003 }, (_, index) => `many/${index}`);
  const store = open();
  for (let at = 0; at < names.length; at += 50) {
    await Promise.all(names.slice(at, at + 50).map((name) => store.writeDocument(name, '1')));
  }
  expect(await store.listDocuments('many/')).toEqual([...names].sort());
});

test('a large file that is another one when it is sent leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-s3-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'large');
  const size = 20 * 1024 * 1024;
  await writeFile(path, Buffer.alloc(size, 'a'));

  const file = { path, size, digest: digestOfHello };
  await expect(createS3Bucket(s3()).uploadOnce('key', file)).rejects.toThrow(
    'was changed while it was stored',
  );
  expect(await keys()).toEqual([]);
  const { Uploads = [] } = await server.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  expect(Uploads).toEqual([]);
});
