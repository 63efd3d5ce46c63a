import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Checkouts } from '../../core/ports/workspace.ts';
import { chooseFiles, filesOfCommit } from './commit-files.ts';
import { git, gitOrFail } from './git-program.ts';
import type { Mirrors } from './mirrors.ts';

/** Fresh folders of code from the mirrors: in milliseconds, whatever the size of the history. */
export function createCheckouts(mirrors: Mirrors): Checkouts {
  return {
    async checkout(ref, folder, inputs) {
      const mirror = await mirrors.withCommit(ref);
      await mkdir(dirname(folder), { recursive: true });
      if (inputs === undefined) await addWorktree(mirror, ref.commit, folder);
      else await writeChosen(mirror, ref.commit, folder, inputs);
    },

    async list(ref, inputs) {
      const mirror = await mirrors.withCommit(ref);
      const files = await filesOfCommit(mirror, ref.commit);
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

/**
 * Just the chosen files, written as git writes them (line ends, filters such as LFS), in an empty repository: tools
 * that look for the root of the repository find it here, and never read what lies above the folder.
 */
async function writeChosen(
  mirror: string,
  commit: string,
  folder: string,
  inputs: readonly string[],
): Promise<void> {
  const paths = Object.keys(chooseFiles(await filesOfCommit(mirror, commit), inputs));
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
