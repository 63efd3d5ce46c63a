import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createArtifactStore } from '../../activities/store/index.ts';
import { createCheckouts } from '../../activities/workspace/checkouts.ts';
import { createMirrors } from '../../activities/workspace/mirrors.ts';
import { chooseWork } from '../../client/cli/chosen-work.ts';
import { takeSnapshot } from '../../client/worktree/snapshot.ts';
import type { Snapshot } from '../../client/worktree/snapshot.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { sourceSaid } from '../../core/render/source-words.ts';
import { homePaths } from '../../local/home.ts';
import { createRepository } from '../activities/workspace/repository.ts';
import type { TestRepository } from '../activities/workspace/repository.ts';

const project = 'acme/model';
let folder: string;
let root: string;
let repository: TestRepository;
let store: ArtifactStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-snapshot-test-'));
  root = join(folder, 'checkout');
  repository = createRepository(root);
  store = createArtifactStore({ home: homePaths(folder) });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What a step would see, by path: the worker's own way from the bundle to a folder. */
async function seenBySteps({ commit, source }: Snapshot): Promise<Readonly<Record<string, string>>> {
  const mirrors = createMirrors({
    folder: join(folder, 'mirrors'),
    projects: () => ({ [project]: { url: 'file:///nowhere' } }),
    store,
  });
  const ref = { project, commit, source };
  const checkouts = createCheckouts(mirrors);
  const code = join(folder, 'code', commit);
  if (!existsSync(code)) await checkouts.checkout(ref, code);
  const paths = Object.keys(await checkouts.list(ref));
  return Object.fromEntries(
    paths.map((path) => [path, existsSync(join(code, path)) ? readFileSync(join(code, path), 'utf8') : '']),
  );
}

const write = (path: string, text: string): void => {
  writeFileSync(join(root, path), text);
};

test('a snapshot is all that is in the checkout and not ignored, and takes nothing from the repository', async () => {
  const base = repository.commit({ kept: 'one', changed: 'old', removed: 'gone', 'tracked.log': 'log' });
  write('.gitignore', '*.log\n*.bin\n');
  write('changed', 'new');
  write('staged', 'staged');
  repository.git('add', 'staged');
  write('untracked', 'untracked');
  write('ignored.bin', 'ignored');
  unlinkSync(join(root, 'removed'));
  const before = {
    status: repository.git('status', '--porcelain'),
    objects: repository.git('count-objects'),
    refs: repository.git('for-each-ref'),
  };

  const snapshot = await takeSnapshot(root, store);
  expect(await seenBySteps(snapshot)).toEqual({
    '.gitignore': '*.log\n*.bin\n',
    kept: 'one',
    changed: 'new',
    staged: 'staged',
    untracked: 'untracked',
    'tracked.log': 'log',
  });
  expect(snapshot.source).toMatchObject({ base, changed: 5 });
  expect(snapshot.untracked).toEqual(['.gitignore', 'untracked']);
  expect(sourceSaid(snapshot.source)).toBe(`uncommitted changes on top of ${base.slice(0, 12)} (5 files)`);
  expect({
    status: repository.git('status', '--porcelain'),
    objects: repository.git('count-objects'),
    refs: repository.git('for-each-ref'),
  }).toEqual(before);
});

test('the same content is the same commit, whatever it came from; other content is another', async () => {
  repository.commit({ 'model.py': 'x = 1', notes: 'one' });
  write('model.py', 'x = 2');
  const first = await takeSnapshot(root, store);
  repository.commit({});
  const committed = await takeSnapshot(root, store);
  expect(committed.commit).toBe(first.commit);
  expect(committed.source.changed).toBe(0);
  write('model.py', 'x = 3');
  expect((await takeSnapshot(root, store)).commit).not.toBe(first.commit);
});

test('who runs a checkout hears which untracked files go with it, and of those that look like secrets', async () => {
  repository.commit({ 'longhaul.yaml': `version: 1\nproject: ${project}\n`, '.env.tracked': '' });
  for (const name of ['a.py', 'b é.py', '.env', '.env.example', 'server.key', 'gcp-credentials-ml.json'])
    write(name, name);
  const told: string[] = [];
  const config = serverConfigSchema.parse({
    version: 1,
    projects: { [project]: { url: 'file:///nowhere' } },
  });
  await chooseWork({ worktree: true, repo: root }, { config, store }, (line) => told.push(line));
  expect(told.slice(1)).toEqual([
    'Untracked files go with it: .env, .env.example, a.py, b é.py, gcp-credentials-ml.json and 1 more (.gitignore keeps files out).',
    'Warning: by their names these hold secrets, and they are put into the artifact store: .env, gcp-credentials-ml.json, server.key. To keep them out, name them in .gitignore, and run it again.',
  ]);

  write('.gitignore', '.env\n*.key\n*credentials*.json\n');
  told.length = 0;
  await chooseWork({ worktree: true, repo: root }, { config, store }, (line) => told.push(line));
  expect(told.slice(1)).toEqual([
    'Untracked files go with it: .env.example, .gitignore, a.py, b é.py (.gitignore keeps files out).',
  ]);
});

test('a repository in which nothing is committed yet has a snapshot', async () => {
  write('longhaul.yaml', 'version: 1');
  const snapshot = await takeSnapshot(root, store);
  expect(await seenBySteps(snapshot)).toEqual({ 'longhaul.yaml': 'version: 1' });
  expect(sourceSaid(snapshot.source)).toBe('a checkout of which nothing is committed yet (1 file)');
});

test('a linked worktree has its own index and changes', async () => {
  const base = repository.commit({ 'a.txt': 'one' });
  const linked = join(folder, 'linked');
  repository.git('worktree', 'add', '--quiet', '--detach', linked);
  writeFileSync(join(linked, 'b.txt'), 'two');
  const snapshot = await takeSnapshot(linked, store);
  expect(await seenBySteps(snapshot)).toEqual({ 'a.txt': 'one', 'b.txt': 'two' });
  expect(snapshot.source).toMatchObject({ base, changed: 1 });
});

test('what the steps will miss is told: a submodule, and the content of Git LFS’s files', async () => {
  const other = createRepository(join(folder, 'other'));
  other.commit({ 'x.txt': 'x' });
  const allow = ['-c', 'protocol.file.allow=always'];
  execFileSync('git', [...allow, 'submodule', '--quiet', 'add', join(folder, 'other'), 'vendor/other'], {
    cwd: root,
  });
  write('.gitattributes', '*.pkl filter=lfs -text\n');
  write('model.pkl', 'version https://git-lfs.github.com/spec/v1\n');
  const { missing } = await takeSnapshot(root, store);
  expect(missing).toEqual([
    'the submodule vendor/other: its folder is empty for the steps',
    'the content of Git LFS’s files (1): the steps see pointers',
  ]);
});

test('a bundle that is gone from the store is told, not taken for a missing repository', async () => {
  repository.commit({ 'a.txt': 'one' });
  const snapshot = await takeSnapshot(root, store);
  rmSync(homePaths(folder).artifacts, { recursive: true });
  await expect(seenBySteps(snapshot)).rejects.toMatchObject({ type: 'NotFound' });
});
