import { mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCheckouts } from '../../../activities/workspace/checkouts.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createMirrors, type Mirrors } from '../../../activities/workspace/mirrors.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { homePaths } from '../../../local/home.ts';
import { createRepository, type TestRepository } from './repository.ts';

const project = 'acme/model';
let folder: string;
let repository: TestRepository;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-checkouts-'));
  repository = createRepository(join(folder, 'origin'));
});
afterEach(() => rm(folder, { recursive: true }));

const store = (): ArtifactStore => createArtifactStore({ home: homePaths(folder) });
const mirrorsOf = (url: string): Mirrors =>
  createMirrors({
    folder: join(folder, 'mirrors'),
    projects: () => ({ [project]: { url } }),
    store: store(),
  });

test('two commits lie side by side, and are gone after removal', async () => {
  const first = repository.commit({ 'a.txt': 'one' });
  const second = repository.commit({ 'a.txt': 'two' });
  const checkouts = createCheckouts(mirrorsOf(repository.url));

  await checkouts.checkout({ project, commit: first }, join(folder, 'w', '1'));
  await checkouts.checkout({ project, commit: second }, join(folder, 'w', '2'));
  expect(await readFile(join(folder, 'w', '1', 'a.txt'), 'utf8')).toBe('one');
  expect(await readFile(join(folder, 'w', '2', 'a.txt'), 'utf8')).toBe('two');

  await checkouts.remove(project, join(folder, 'w', '1'));
  expect(await readdir(join(folder, 'w'))).toEqual(['2']);
  await checkouts.checkout({ project, commit: second }, join(folder, 'w', '1'));
});

test('a commit once mirrored needs no remote', async () => {
  const commit = repository.commit({ 'a.txt': 'one' });
  const checkouts = createCheckouts(mirrorsOf(repository.url));
  await checkouts.checkout({ project, commit: commit }, join(folder, '1'));

  await rename(join(folder, 'origin'), join(folder, 'moved'));
  await checkouts.checkout({ project, commit: commit }, join(folder, '2'));
  expect(await readFile(join(folder, '2', 'a.txt'), 'utf8')).toBe('one');
});

test('workers that ask for the same new commit at once all get it', async () => {
  const commit = repository.commit({ 'a.txt': 'one' });
  const folders = Array.from({ length: 5 }, (_, i) => join(folder, `w${i}`));
  await Promise.all(
    folders.map((each) =>
      createCheckouts(mirrorsOf(repository.url)).checkout({ project, commit: commit }, each),
    ),
  );
  for (const each of folders) expect(await readFile(join(each, 'a.txt'), 'utf8')).toBe('one');
});

test('a commit that a force-push took off its branch is still had by its hash', async () => {
  repository.commit({ 'a.txt': 'one' });
  const lost = repository.commit({ 'a.txt': 'two' });
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  await mirrorsOf(repository.url).withCommit({ project, commit: lost });
});

test('each way to ask for what is not there has its own answer', async () => {
  const commit = repository.commit({ 'a.txt': 'one' });
  const mirrors = mirrorsOf(repository.url);

  await expect(mirrors.withCommit({ project, commit: 'f'.repeat(40) })).rejects.toMatchObject({
    type: 'UnknownCommit',
  });
  await expect(mirrors.withCommit({ project, commit: 'main' })).rejects.toThrow(/not a full commit hash/);
  await expect(mirrors.withCommit({ project: 'other/one', commit })).rejects.toMatchObject({
    type: 'NotPermitted',
    message: expect.stringContaining('acme/model') as string,
  });
  await rm(join(folder, 'mirrors'), { recursive: true });
  await expect(
    mirrorsOf(`file://${folder}/nowhere`).withCommit({ project, commit: commit }),
  ).rejects.toMatchObject({
    type: 'UnknownCommit',
  });
  await expect(
    mirrorsOf('http://127.0.0.1:9/x.git').withCommit({ project, commit: commit }),
  ).rejects.toMatchObject({
    type: 'Unreachable',
  });
});

test('a token in the operator’s URL is not told', async () => {
  const failing = mirrorsOf('http://ann:s3cret-token@127.0.0.1:9/flights.git').withCommit({
    project,
    commit: 'a'.repeat(40),
  });
  await expect(failing).rejects.toMatchObject({
    message: expect.stringContaining('http://127.0.0.1:9/flights.git') as string,
  });
  await expect(failing).rejects.toMatchObject({
    message: expect.not.stringContaining('s3cret-token') as string,
  });
});
