import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { nothingCommitted } from '../../core/render/source-words.ts';
import type { WorktreeSource } from '../../core/step.ts';
import { git, gitOrFail } from '../cli/git.ts';
import { exists } from '../../local/exists.ts';

export interface Snapshot {
  readonly commit: string;
  readonly source: WorktreeSource;
  /** Paths of the files in it that git does not track and nobody ignores. */
  readonly untracked: readonly string[];
  /** What a step will miss of the checkout: submodules, and the content of Git LFS's files. */
  readonly missing: readonly string[];
}

/**
 * A commit of all that is in a checkout now and not ignored, in a bundle of the store. The repository itself is only
 * read. It has no parents and a fixed date, so the same content is the same commit.
 * @param root top folder of the checkout
 * @throws CommandFailure with what git said
 */
export async function takeSnapshot(root: string, store: Pick<ArtifactStore, 'putFile'>): Promise<Snapshot> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-snapshot-'));
  try {
    const env = await prepareObjects(root, folder);
    const untracked = await gitOrFail(['ls-files', '--others', '--exclude-standard', '-z'], root, env);
    await gitOrFail(['add', '--all', '--', '.'], root, env);
    const tree = await gitOrFail(['write-tree'], root, env);
    const commit = await gitOrFail(['commit-tree', tree, '-m', 'A checkout with uncommitted changes'], root, {
      ...env,
      ...fixedIdentity,
    });
    const head = await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], root);
    const before = head ?? (await gitOrFail(['hash-object', '-t', 'tree', '/dev/null'], root));
    const changed = await gitOrFail(
      ['diff-tree', '-r', '--name-only', '--no-renames', before, tree],
      root,
      env,
    );
    const bundle = await bundleOf(commit, folder, env, store);
    return {
      commit,
      source: { bundle, base: head ?? nothingCommitted, changed: linesOf(changed).length },
      untracked: untracked.split('\0').filter((path) => path !== ''),
      missing: await missingFrom(root, env),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A bare repository in `folder` that borrows the checkout's objects; new ones, and the index, go into it. */
async function prepareObjects(root: string, folder: string): Promise<Readonly<Record<string, string>>> {
  const at = async (name: string): Promise<string> =>
    resolve(root, await gitOrFail(['rev-parse', '--git-path', name], root));
  const objects = await at('objects');
  const index = join(folder, 'checkout.index');
  await gitOrFail(['init', '--quiet', '--bare', repositoryIn(folder)], folder);
  const own = await at('index');
  if (await exists(own)) await copyFile(own, index);
  return {
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: join(repositoryIn(folder), 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  };
}

const repositoryIn = (folder: string): string => join(folder, 'snapshot.git');

/** Nobody's, at no time: only what is in the checkout makes the commit. */
const fixedIdentity = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Longhaul'],
    [`GIT_${role}_EMAIL`, 'longhaul@localhost'],
    [`GIT_${role}_DATE`, '2000-01-01T00:00:00Z'],
  ]),
) as Readonly<Record<string, string>>;

/** One thread and no search for deltas: quick, and the same commit is nearly always the same bytes. */
const packing = ['-c', 'pack.threads=1', '-c', 'pack.window=0'];

async function bundleOf(
  commit: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  store: Pick<ArtifactStore, 'putFile'>,
): Promise<ArtifactRef> {
  const repository = repositoryIn(folder);
  const file = join(folder, 'checkout.bundle');
  await gitOrFail(['update-ref', 'refs/heads/checkout', commit], repository, env);
  await gitOrFail([...packing, 'bundle', 'create', '--quiet', file, 'refs/heads/checkout'], repository, env);
  return store.putFile(file, `${commit.slice(0, 12)}.bundle`);
}

async function missingFrom(root: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const staged = linesOf(await gitOrFail(['ls-files', '--stage'], root, env));
  const submodules = staged
    .filter((line) => line.startsWith('160000 '))
    .map((line) => line.slice(line.indexOf('\t') + 1));
  const pointers = linesOf((await git(['ls-files', '--', ':(top,attr:filter=lfs)'], root, env)) ?? '');
  return [
    ...submodules.map((path) => `the submodule ${path}: its folder is empty for the steps`),
    ...(pointers.length === 0
      ? []
      : [`the content of Git LFS’s files (${pointers.length}): the steps see pointers`]),
  ];
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
