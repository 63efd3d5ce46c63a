import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { Checkouts } from '../../core/ports/workspace.ts';
import { fetchFailure, git, gitOrFail, withoutCredentials } from '../workspace/git-program.ts';
import type { Mirrors, Projects } from '../workspace/mirrors.ts';

/** A branch that undoes a commit is there, from `base`; or why there can be none. */
export type PushedRevert =
  | { readonly pushed: true; readonly base: string; readonly subject: string }
  | { readonly pushed: false; readonly reason: string };

export interface RevertDeps {
  readonly mirrors: Mirrors;
  readonly checkouts: Pick<Checkouts, 'checkout' | 'remove'>;
  readonly projects: () => Projects;
}

/**
 * Pushes `branch`: the repository's own branch (what its HEAD names), and a commit over it that undoes `commit`; of a
 * merge, what it brought in. A branch of that name that is there already stays as it is. What git cannot undo by
 * itself is a result, for a person to do.
 * @throws LonghaulError Unreachable, UnknownCommit, NotPermitted
 */
export async function pushRevert(
  { checkouts, mirrors, projects }: RevertDeps,
  given: {
    readonly project: string;
    readonly commit: string;
    readonly branch: string;
    readonly because: string;
  },
): Promise<PushedRevert> {
  const { because, branch, commit, project } = given;
  const mirror = await mirrors.withCommit({ project, commit });
  const url = projects()[project]?.url ?? '';
  const { base, head, pushed } = await remoteState(url, branch);
  const subject = (await gitOrFail(['--git-dir', mirror, 'log', '-1', '--format=%s', commit])).trim();
  if (pushed) return { pushed, base, subject };
  await mirrors.withCommit({ project, commit: head });
  if ((await git(['--git-dir', mirror, 'merge-base', '--is-ancestor', commit, head])).code !== 0)
    return { pushed: false, reason: `${commit.slice(0, 12)} is not on ${base}` };

  const folder = await mkdtemp(join(tmpdir(), 'longhaul-revert-'));
  try {
    await checkouts.checkout({ project, commit: head }, folder);
    const message = `Revert "${subject}"\n\nThis reverts commit ${commit}.\n\n${because}\n`;
    const refusal = await commitRevert(folder, commit, message);
    if (refusal !== null) return { pushed: false, reason: `${refusal} on ${base}` };
    await push(folder, url, branch);
    return { pushed: true, base, subject };
  } finally {
    await checkouts.remove(project, folder);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The branch that HEAD names, its head, and whether `branch` is there. */
async function remoteState(
  url: string,
  branch: string,
): Promise<{ readonly base: string; readonly head: string; readonly pushed: boolean }> {
  const listed = await git(['ls-remote', '--symref', '--', url, 'HEAD', `refs/heads/${branch}`]);
  if (listed.code !== 0) throw fetchFailure(url, listed.stderr);
  const base = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(listed.stdout)?.[1];
  const head = /^([0-9a-f]+)\tHEAD$/m.exec(listed.stdout)?.[1];
  if (base === undefined || head === undefined) {
    throw new LonghaulError('UnknownCommit', `HEAD of ${withoutCredentials(url)} names no branch.`, {
      mend: 'Set the default branch of the repository.',
    });
  }
  return { base, head, pushed: listed.stdout.includes(`\trefs/heads/${branch}\n`) };
}

/** By Longhaul, without anybody's hooks or keys, and without the content of large files, which no revert reads. */
const asLonghaul = [
  ...['-c', 'user.name=Longhaul', '-c', 'user.email=longhaul@localhost'],
  ...['-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null', '-c', 'rerere.enabled=false'],
  ...['smudge=', 'clean=', 'process=', 'required=false'].flatMap((filter) => ['-c', `filter.lfs.${filter}`]),
];

/** Null where it is committed; else why not. */
async function commitRevert(folder: string, commit: string, message: string): Promise<string | null> {
  const here = [...asLonghaul, '-C', folder];
  const parents = (await gitOrFail([...here, 'log', '-1', '--format=%P', commit])).trim().split(' ');
  const parent = parents.length > 1 ? ['--mainline', '1'] : [];
  const reverted = await git([...here, 'revert', '--no-commit', ...parent, commit]);
  if (reverted.code !== 0) {
    const unmerged = await gitOrFail([...here, 'diff', '--name-only', '--diff-filter=U']);
    const files = unmerged.split('\n').filter((file) => file !== '');
    if (files.length === 0) throw new Error(`git revert ${commit} failed: ${reverted.stderr.trim()}`);
    return `undoing ${commit.slice(0, 12)} conflicts with what came after it, in ${files.join(', ')},`;
  }
  const same = await git([...here, 'diff', '--cached', '--quiet', 'HEAD']);
  if (same.code === 0) return `${commit.slice(0, 12)} has been undone already`;
  await gitOrFail([...here, 'commit', '--quiet', '--file', '-'], { input: message });
  return null;
}

/** Never over a branch that somebody else has pushed meanwhile: that one stays. */
async function push(folder: string, url: string, branch: string): Promise<void> {
  const to = `refs/heads/${branch}`;
  const given = await git([
    ...[...asLonghaul, '-C', folder, 'push', '--quiet', `--force-with-lease=${to}:`, '--', url, `HEAD:${to}`],
  ]);
  if (given.code === 0) return;
  const { pushed } = await remoteState(url, branch);
  if (pushed) return;
  const failure = fetchFailure(url, given.stderr);
  if (failure.type === 'Unreachable') throw failure;
  throw new LonghaulError('NotPermitted', `${failure.said} The branch ${branch} could not be pushed.`, {
    mend: 'Let the credentials of the project’s `url` in the operator’s file write to the repository.',
  });
}
