import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';

/** A store that is empty before each test, and what lies below it. */
export interface StoreUnderTest {
  readonly open: () => ArtifactStore;
  /** Names of all artifacts as they are kept. */
  readonly kept: () => Promise<readonly string[]>;
  /** Puts other bytes in the place of an artifact. */
  readonly damage: (digest: string, bytes: string) => Promise<void>;
}

export const digestOfHello = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

/** What every artifact store holds to, whatever it is made of. */
export function testArtifactStore(made: StoreUnderTest): void {
  let folder: string;
  let store: ArtifactStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhaul-contract-'));
    store = made.open();
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('the same bytes are one artifact, whatever their names and ways in', async () => {
    await writeFile(join(folder, 'hello.txt'), 'hello');
    const asFile = await store.putFile(join(folder, 'hello.txt'), 'hello.txt');
    const asText = await store.putText('hello', 'again.txt');

    expect(asFile).toEqual({ digest: digestOfHello, size: 5, name: 'hello.txt' });
    expect(asText.digest).toBe(digestOfHello);
    expect(await made.kept()).toEqual([`2c/${digestOfHello.slice('sha256:2c'.length)}`]);
  });

  test('what was put is got back by any reader, the empty file as well', async () => {
    expect(await store.has(digestOfHello)).toBe(false);
    await store.putText('hello', 'x');
    const empty = await store.putText('', 'nothing');
    const reader = made.open();

    expect(await reader.has(digestOfHello)).toBe(true);
    await reader.getFile(digestOfHello, join(folder, 'deep', 'copy.txt'));
    expect(await readFile(join(folder, 'deep', 'copy.txt'), 'utf8')).toBe('hello');
    expect(await readdir(join(folder, 'deep'))).toEqual(['copy.txt']);
    expect(await reader.getText(digestOfHello)).toBe('hello');
    expect(await reader.getText(empty.digest)).toBe('');
  });

  test('many writers of the same bytes at once all succeed', async () => {
    const refs = await Promise.all(Array.from({ length: 20 }, () => made.open().putText('same', 'x')));
    expect(new Set(refs.map((ref) => ref.digest)).size).toBe(1);
    expect(await made.kept()).toHaveLength(1);
  });

  test('an artifact that is not there is told as such', async () => {
    await expect(store.getText(digestOfHello)).rejects.toMatchObject({ type: 'NotFound' });
    await expect(store.getFile(digestOfHello, join(folder, 'x'))).rejects.toMatchObject({ type: 'NotFound' });
    await expect(store.getFile('sha256:../../etc/passwd', join(folder, 'x'))).rejects.toMatchObject({
      type: 'NotFound',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['hullo', 'hell'])('%s in place of hello is never handed out, and mended', async (bytes) => {
    await store.putText('hello', 'x');
    await made.damage(digestOfHello, bytes);

    await expect(store.getFile(digestOfHello, join(folder, 'copy'))).rejects.toThrow(/damaged/);
    expect(await readdir(folder)).toEqual([]);
    await store.putText('hello', 'x');
    expect(await store.getText(digestOfHello)).toBe('hello');

    await made.damage(digestOfHello, bytes);
    await expect(store.getText(digestOfHello)).rejects.toThrow(/damaged/);
    await store.putText('hello', 'x');
    expect(await store.getText(digestOfHello)).toBe('hello');
  });

  test('a file of many megabytes arrives as it was', async () => {
    const bytes = Buffer.alloc(21 * 1024 * 1024 + 7, 'all the world’s flights ');
    await writeFile(join(folder, 'large'), bytes);
    const ref = await store.putFile(join(folder, 'large'), 'large');
    expect(ref.size).toBe(bytes.byteLength);
    await store.putFile(join(folder, 'large'), 'again');
    await store.getFile(ref.digest, join(folder, 'copy'));
    expect((await readFile(join(folder, 'copy'))).equals(bytes)).toBe(true);
  });

  test('a document is read as it was last written, under any key', async () => {
    const keys = [
      ...['releases/release/flights/abc-1', 'ci/o/r', 'ci/o/r/deep', 'ci/..', '../up', 'a.json/b', 'a'],
      ...['.hidden/x', 'a b/ü+%2F/&?#', 'ci/o/r.json', 'ci-runs/x', 'ci/o'],
    ];
    for (const key of keys) await store.writeDocument(key, `"${key}"`);
    await store.writeDocument('a', '2');

    for (const key of keys) expect(await store.readDocument(key)).toBe(key === 'a' ? '2' : `"${key}"`);
    expect(await store.readDocument('nothing/here')).toBeNull();
    expect(await store.listDocuments('')).toEqual([...keys].sort());
    expect(await store.listDocuments('ci/')).toEqual([
      'ci/..',
      'ci/o',
      'ci/o/r',
      'ci/o/r.json',
      'ci/o/r/deep',
    ]);
    expect(await store.listDocuments('ci/o/r')).toEqual(['ci/o/r', 'ci/o/r.json', 'ci/o/r/deep']);
    expect(await store.listDocuments('a b/ü')).toEqual(['a b/ü+%2F/&?#']);
    expect(await store.listDocuments('none/')).toEqual([]);
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
}
