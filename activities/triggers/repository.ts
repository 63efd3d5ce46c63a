import { readTriggers } from '../../config/read-triggers.ts';
import type { FileOfTriggers } from '../../config/read-triggers.ts';
import { loadProject, projectFile } from '../../config/load-project.ts';
import type { ProjectConfigResult } from '../../config/load-project.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { ConfigurationName } from '../../core/trigger-policy.ts';
import { filesAtCommit } from '../git/files-at-commit.ts';
import { git, gitOrFail } from '../workspace/git-program.ts';
import type { Mirrors } from '../workspace/mirrors.ts';

/** A project's repository as it was when it was opened. */
export interface Repository {
  /** The branch that the repository calls its own; null for one without commits. */
  readonly main: string | null;
  /** The newest commit of a branch; null where there is none. */
  headOf(branch: string): Promise<string | null>;
  /** Branches that hold the commit. */
  branchesWith(commit: string): Promise<readonly string[]>;
  /** Paths that differ between two commits; null where one is not there any more. */
  changedBetween(before: string, after: string): Promise<readonly string[] | null>;
  isAncestor(older: string, newer: string): Promise<boolean>;
  /** What the file says of triggers at a commit; null where there is no file. */
  triggersAt(commit: string): FileOfTriggers | null;
  /** The whole file at a commit. */
  projectAt(commit: string, server: ServerConfig, configuration: ConfigurationName): ProjectConfigResult;
}

/** Fetches first, so that what is decided is decided by what is there now. @throws LonghaulError as the mirrors do */
export async function openRepository(mirrors: Mirrors, project: string): Promise<Repository> {
  const { mirror, main } = await mirrors.refresh(project);
  const inMirror = (...args: readonly string[]) => git(['--git-dir', mirror, ...args]);
  const isThere = async (commit: string): Promise<boolean> => {
    try {
      await mirrors.withCommit({ project, commit });
      return true;
    } catch (error) {
      if (error instanceof LonghaulError && error.type === 'UnknownCommit') return false;
      throw error;
    }
  };
  return {
    main,

    async headOf(branch) {
      const head = await inMirror('rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`);
      return head.code === 0 ? head.stdout.trim() : null;
    },

    async branchesWith(commit) {
      const contains = await inMirror(
        ...['for-each-ref', '--format=%(refname:lstrip=2)', '--contains', commit, 'refs/heads'],
      );
      return contains.code === 0 ? contains.stdout.split('\n').filter((line) => line !== '') : [];
    },

    async changedBetween(before, after) {
      if (/^0+$/.test(before) || !(await isThere(before)) || !(await isThere(after))) return null;
      const changed = await gitOrFail([
        ...['--git-dir', mirror, 'diff', '--name-only', '--no-renames', '-z', before, after],
      ]);
      return changed.split('\0').filter((path) => path !== '');
    },

    async isAncestor(older, newer) {
      return (await inMirror('merge-base', '--is-ancestor', older, newer)).code === 0;
    },

    triggersAt(commit) {
      const text = filesAtCommit(mirror, commit)(projectFile);
      return text === null ? null : readTriggers(text);
    },

    projectAt: (commit, server, configuration) =>
      loadProject({ files: filesAtCommit(mirror, commit), server, configuration }),
  };
}
