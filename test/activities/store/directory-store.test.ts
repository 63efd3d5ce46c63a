import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createArtifactStore } from '../../../activities/store/index.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';

let folder: string;
let store: ArtifactStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-store-'));
  store = createArtifactStore({ home: { artifacts: join(folder, 'a'), documents: join(folder, 'd') } });
});
afterEach(() => rm(folder, { recursive: true }));

const digestOfHello = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

test('the same bytes are one artifact, whatever their names and ways in', async () => {
  await writeFile(join(folder, 'hello.txt'), 'hello');
  const asFile = await store.putFile(join(folder, 'hello.txt'), 'hello.txt');
  const asText = await store.putText('hello', 'again.txt');

  expect(asFile).toEqual({ digest: digestOfHello, size: 5, name: 'hello.txt' });
  expect(asText.digest).toBe(digestOfHello);
  expect(await readdir(join(folder, 'a', 'sha256', '2c'))).toEqual([digestOfHello.slice('sha256:2c'.length)]);
  expect(await readdir(join(folder, 'a', 'incoming'))).toEqual([]);
});

test('what was put is got back', async () => {
  await store.putText('hello', 'x');
  await store.getFile(digestOfHello, join(folder, 'deep', 'copy.txt'));
  expect(await readFile(join(folder, 'deep', 'copy.txt'), 'utf8')).toBe('hello');
  expect(await store.getText(digestOfHello)).toBe('hello');
});

test('many writers of the same bytes at once all succeed', async () => {
  const refs = await Promise.all(Array.from({ length: 20 }, () => store.putText('same', 'x')));
  expect(new Set(refs.map((ref) => ref.digest)).size).toBe(1);
});

test('an artifact that is not there is told as such', async () => {
  await expect(store.getText(digestOfHello)).rejects.toMatchObject({ type: 'NotFound' });
  await expect(store.getFile('sha256:../../etc/passwd', join(folder, 'x'))).rejects.toMatchObject({
    type: 'NotFound',
  });
});

test('damaged bytes are never handed out, and storing them again mends them', async () => {
  await store.putText('hello', 'x');
  await writeFile(join(folder, 'a', 'sha256', '2c', digestOfHello.slice('sha256:2c'.length)), 'hullo');

  await expect(store.getFile(digestOfHello, join(folder, 'copy'))).rejects.toThrow(/damaged/);
  expect(await readdir(folder)).not.toContain('copy');
  await store.putText('hello', 'x');
  expect(await store.getText(digestOfHello)).toBe('hello');
});

test('a document is read as it was last written, under any key', async () => {
  const keys = ['releases/release/flights/abc-1', 'ci/o/r', 'ci/o/r/deep', 'ci/..', '../up', 'a.json/b', 'a'];
  for (const key of keys) await store.writeDocument(key, `"${key}"`);
  await store.writeDocument('a', '2');

  for (const key of keys.slice(0, -1)) expect(await store.readDocument(key)).toBe(`"${key}"`);
  expect(await store.readDocument('a')).toBe('2');
  expect(await store.readDocument('nothing/here')).toBeNull();
  expect(await store.listDocuments('ci/')).toEqual(['ci/..', 'ci/o/r', 'ci/o/r/deep']);
  expect(await readdir(folder)).toEqual(['d']);
});

test('readers beside a writer see whole documents only', async () => {
  const texts = ['a', 'b'].map((letter) => JSON.stringify(letter.repeat(100_000)));
  await store.writeDocument('k', texts[0] ?? '');
  const writing = (async () => {
    for (let i = 0; i < 40; i++) await store.writeDocument('k', texts[i % 2] ?? '');
  })();
  for (let i = 0; i < 100; i++) expect(texts).toContain(await store.readDocument('k'));
  await writing;
});
