import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Checkouts } from '../../core/ports/workspace.ts';
import { chooseFiles, filesOfCommit } from './commit-files.ts';
import type { FilesOfCommit } from './commit-files.ts';
import { git, gitOrFail } from './git-program.ts';
import type { Mirrors } from './mirrors.ts';

/** Fresh folders of code from the mirrors: in milliseconds, whatever the size of the history. */
export function createCheckouts(mirrors: Mirrors): Checkouts {
  const listed = newestListing();
  return {
    async checkout(ref, folder, inputs) {
      const mirror = await mirrors.withCommit(ref);
      await mkdir(dirname(folder), { recursive: true });
      if (inputs === undefined) await addWorktree(mirror, ref.commit, folder);
      else {
        const files = chooseFiles(await listed(mirror, ref.commit), inputs);
        await writeFiles(mirror, ref.commit, folder, Object.keys(files));
      }
    },

    async list(ref, inputs) {
      const mirror = await mirrors.withCommit(ref);
      const files = await listed(mirror, ref.commit);
      return inputs === undefined ? files : chooseFiles(files, inputs);
    },

    async read(ref, path) {
      const mirror = await mirrors.withCommit(ref);
      const shown = await git(['--git-dir', mirror, 'cat-file', 'blob', `${ref.commit}:${path}`]);
      return shown.code === 0 ? shown.stdout : null;
    },

    async remove(project, folder) {
      const mirror = mirrors.folderOf(project);
      await git(['--git-dir', mirror, 'worktree', 'remove', '--force', '--force', folder]);
      await rm(folder, { recursive: true, force: true });
      await git(['--git-dir', mirror, 'worktree', 'prune']);
    },
  };
}

async function addWorktree(mirror: string, commit: string, folder: string): Promise<void> {
  const add = ['worktree', 'add', '--quiet', '--force', '--detach'];
  await gitOrFail(['--git-dir', mirror, ...add, folder, commit]);
}

/** Steps of a run ask for the same commit again and again: the newest listing is kept. */
function newestListing(): (mirror: string, commit: string) => Promise<FilesOfCommit> {
  let newest: { readonly of: string; readonly files: Promise<FilesOfCommit> } | undefined;
  return async (mirror, commit) => {
    const of = `${commit} ${mirror}`;
    const listing = newest?.of === of ? newest : { of, files: filesOfCommit(mirror, commit) };
    newest = listing;
    try {
      return await listing.files;
    } catch (error) {
      newest = undefined;
      throw error;
    }
  };
}

/**
 * Just these files, written as git writes them (line ends, filters such as LFS), in an empty repository: tools that
 * look for the root of the repository find it here, and never read what lies above the folder.
 */
async function writeFiles(
  mirror: string,
  commit: string,
  folder: string,
  paths: readonly string[],
): Promise<void> {
  const index = `${folder}.index`;
  await gitOrFail(['init', '--quiet', '--template=', folder]);
  try {
    await gitOrFail(['--git-dir', mirror, 'read-tree', commit], { index });
    await gitOrFail(
      ['--git-dir', mirror, '--work-tree', folder, 'checkout-index', '-z', '--stdin', `--prefix=${folder}/`],
      { index, input: paths.map((path) => `${path}\0`).join('') },
    );
  } finally {
    await rm(index, { force: true });
  }
}
