import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Checkouts } from '../../core/ports/workspace.ts';
import { git, gitOrFail } from './git-program.ts';
import type { Mirrors } from './mirrors.ts';

/** Worktrees of the mirrors: a fresh folder of code in milliseconds, whatever the size of the history. */
export function createCheckouts(mirrors: Mirrors): Checkouts {
  return {
    async checkout(ref, folder) {
      const mirror = await mirrors.withCommit(ref);
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
        ref.commit,
      ]);
    },

    async list(ref) {
      const mirror = await mirrors.withCommit(ref);
      const listed = await gitOrFail(['--git-dir', mirror, 'ls-tree', '-r', '-z', ref.commit]);
      return Object.fromEntries(
        listed
          .split('\0')
          .filter((line) => line !== '')
          .map((line) => {
            const [mode = '', , blob = ''] = line.slice(0, line.indexOf('\t')).split(' ');
            return [line.slice(line.indexOf('\t') + 1), `${mode} ${blob}`] as const;
          }),
      );
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
