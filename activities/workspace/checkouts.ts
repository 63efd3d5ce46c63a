import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Checkouts } from '../../core/ports/workspace.ts';
import { git, gitOrFail } from './git-program.ts';
import type { Mirrors } from './mirrors.ts';

/** Worktrees of the mirrors: a fresh folder of code in milliseconds, whatever the size of the history. */
export function createCheckouts(mirrors: Mirrors): Checkouts {
  return {
    async checkout(project, commit, folder) {
      const mirror = await mirrors.withCommit(project, commit);
      await mkdir(dirname(folder), { recursive: true });
      await gitOrFail([
        '--git-dir',
        mirror,
        'worktree',
        'add',
        '--quiet',
        '--force',
        '--detach',
        folder,
        commit,
      ]);
    },

    async remove(project, folder) {
      const mirror = mirrors.folderOf(project);
      await git(['--git-dir', mirror, 'worktree', 'remove', '--force', '--force', folder]);
      await rm(folder, { recursive: true, force: true });
      await git(['--git-dir', mirror, 'worktree', 'prune']);
    },
  };
}
