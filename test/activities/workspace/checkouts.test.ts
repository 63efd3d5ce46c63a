import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, readlink, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
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

test('a checkout of inputs holds just the files that the list tells, as git writes them', async () => {
  const files = {
    '.gitattributes': '*.txt text eol=crlf\n',
    'docs/index.md': 'read me\n',
    'src/a.txt': 'one\n',
    'src/deep/b.py': 'b = 1\n',
    'src/deep/name with ä and space.py': '',
    'tests/test_b.py': 'from b import b\n',
  };
  repository.commit(files);
  symlinkSync('a.txt', join(folder, 'origin', 'src', 'link'));
  writeFileSync(join(folder, 'origin', 'run.sh'), 'true\n', { mode: 0o755 });
  const commit = repository.commit({});
  const checkouts = createCheckouts(mirrorsOf(repository.url));
  const ref = { project, commit };
  const place = join(folder, 'w', 'code');

  const inputs = ['src', 'run.sh', '!src/deep/*ä*'];
  await checkouts.checkout(ref, place, inputs);
  const listed = await checkouts.list(ref, inputs);
  expect(Object.keys(listed)).toEqual(['.gitattributes', 'run.sh', 'src/a.txt', 'src/deep/b.py', 'src/link']);
  expect(filesIn(place)).toEqual(Object.keys(listed).toSorted());
  expect(await readFile(join(place, 'src', 'a.txt'), 'utf8')).toBe('one\r\n');
  expect(await readlink(join(place, 'src', 'link'))).toBe('a.txt');
  expect(statSync(join(place, 'run.sh')).mode & 0o100).toBe(0o100);
  expect(readdirSync(join(folder, 'w'))).toEqual(['code']);

  await checkouts.remove(project, place);
  expect(readdirSync(join(folder, 'w'))).toEqual([]);
});

test('tools find the root of the repository at a checkout of inputs, and nothing of git in it', async () => {
  const commit = repository.commit({ 'src/a.py': '' });
  const place = join(folder, 'origin', 'w');
  await createCheckouts(mirrorsOf(repository.url)).checkout({ project, commit }, place, ['src']);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...args], { cwd: join(place, 'src'), encoding: 'utf8' }).trim();
  expect(git('rev-parse', '--show-toplevel')).toBe(place);
  expect(git('ls-files')).toBe('');
});

test('whatever the patterns, the list and the checkout agree', async () => {
  const paths = [
    'a.py',
    'b/a.py',
    'b/c/a.md',
    'b/c/d.py',
    'e/f',
    '.gitattributes',
    'b/.gitattributes',
    'e/.x',
  ];
  const commit = repository.commit(Object.fromEntries(paths.map((path) => [path, path])));
  const checkouts = createCheckouts(mirrorsOf(repository.url));
  const pattern = fc
    .array(fc.constantFrom('a', 'b', 'c', 'e', '*', '**', '*.py', '[!b]*', '.*'), {
      minLength: 1,
      maxLength: 3,
    })
    .map((names) => names.join('/'));
  const patterns = fc.array(fc.tuple(fc.constantFrom('', '', '!'), pattern), { minLength: 1, maxLength: 4 });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(patterns, async (drawn) => {
      const inputs = drawn.map(([sign, each]) => `${sign}${each}`);
      const place = join(folder, 'w', String((count += 1)));
      await checkouts.checkout({ project, commit }, place, inputs);
      expect(filesIn(place)).toEqual(
        Object.keys(await checkouts.list({ project, commit }, inputs)).toSorted(),
      );
    }),
    { numRuns: 30 },
  );
}, 30_000);

function filesIn(place: string): readonly string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(place, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('.git/'))
    .toSorted();
}
