import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { CommitRef } from '../../core/ports/workspace.ts';
import type { WorktreeSource } from '../../core/step.ts';
import { fetchFailure, git, gitOrFail, withoutCredentials } from './git-program.ts';
import { withLock } from '../../local/with-lock.ts';
import { exists } from '../../local/exists.ts';

/** Where each project's repository is: the `projects` of the operator's file. */
export type Projects = Readonly<Record<string, { readonly url: string }>>;

/** Bare copies of the served repositories on this machine. */
export interface Mirrors {
  /**
   * Resolves to the bare repository of the project, with the commit in it; the network is used only for a commit that
   * is not there yet, and the store's bundle for one of uncommitted changes.
   * @throws LonghaulError NotPermitted, UnknownCommit, Unreachable, NotFound for a bundle that is gone
   */
  withCommit(ref: CommitRef): Promise<string>;
  /**
   * Fetches all branches as they are now, those that are gone taken out; `main` is the branch that the repository calls
   * its own, null for one without commits.
   * @throws LonghaulError NotPermitted, UnknownCommit, Unreachable
   */
  refresh(project: string): Promise<{ readonly mirror: string; readonly main: string | null }>;
  /** The bare repository's folder, whether it exists or not. */
  folderOf(project: string): string;
}

/** @param options.projects asked at each call, since the operator may add a project while a worker runs */
export function createMirrors(options: {
  readonly folder: string;
  readonly projects: () => Projects;
  readonly store: Pick<ArtifactStore, 'getFile'>;
}): Mirrors {
  const folderOf = (project: string): string => join(options.folder, `${project.replace('/', '+')}.git`);

  return {
    folderOf,
    async refresh(project) {
      const url = permittedUrl(options.projects(), project);
      const mirror = folderOf(project);
      await withLock(mirror, async () => {
        await makeOnce(mirror);
        await fetchBranches(mirror, url);
      });
      return { mirror, main: await branchOfHead(url) };
    },

    async withCommit({ project, commit, source }) {
      const url = permittedUrl(options.projects(), project);
      checkHash(commit);
      const mirror = folderOf(project);
      if (await hasCommit(mirror, commit)) return mirror;
      await withLock(mirror, async () => {
        await makeOnce(mirror);
        if (await hasCommit(mirror, commit)) return;
        await (source === undefined
          ? fetchCommit(mirror, url, commit)
          : unbundle(mirror, source, commit, options.store));
      });
      return mirror;
    },
  };
}

function permittedUrl(projects: Projects, project: string): string {
  const known = Object.hasOwn(projects, project) ? projects[project] : undefined;
  if (known !== undefined) return known.url;
  const names = Object.keys(projects);
  throw new LonghaulError('NotPermitted', `The project ${project} is not served here.`, {
    mend: `Add it to \`projects\` in longhaul.server.yaml (it has ${names.length === 0 ? 'none' : names.join(', ')}).`,
  });
}

function checkHash(commit: string): void {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return;
  throw new LonghaulError('UnknownCommit', `"${commit}" is not a full commit hash.`, {
    mend: 'Give all 40 digits, as `git rev-parse` prints them.',
  });
}

async function makeOnce(mirror: string): Promise<void> {
  if (!(await exists(join(mirror, 'HEAD')))) await gitOrFail(['init', '--quiet', '--bare', mirror]);
}

async function hasCommit(mirror: string, commit: string): Promise<boolean> {
  return (await git(['--git-dir', mirror, 'cat-file', '-e', `${commit}^{commit}`])).code === 0;
}

const fetching = (mirror: string): readonly string[] => [
  ...['--git-dir', mirror, 'fetch', '--quiet', '--no-tags'],
];

async function fetchBranches(mirror: string, url: string): Promise<void> {
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const all = await git([...fetching(mirror), '--prune', '--', url, ...refs]);
  if (all.code !== 0) throw fetchFailure(url, all.stderr);
}

async function branchOfHead(url: string): Promise<string | null> {
  const asked = await git(['ls-remote', '--symref', '--', url, 'HEAD']);
  if (asked.code !== 0) throw fetchFailure(url, asked.stderr);
  return /^ref: refs\/heads\/(?<branch>\S+)\tHEAD$/m.exec(asked.stdout)?.groups?.['branch'] ?? null;
}

/** All branches and tags first; then the commit by its hash, for one that no branch holds (any more). */
async function fetchCommit(mirror: string, url: string, commit: string): Promise<void> {
  await fetchBranches(mirror, url);
  if (await hasCommit(mirror, commit)) return;
  await git([...fetching(mirror), '--', url, commit]);
  if (await hasCommit(mirror, commit)) return;
  throw new LonghaulError('UnknownCommit', `The commit ${commit} is not in ${withoutCredentials(url)}.`, {
    mend: 'Push it first, or check the hash.',
  });
}

/** A snapshot of a checkout is in no repository: it comes out of its bundle. */
async function unbundle(
  mirror: string,
  { bundle }: WorktreeSource,
  commit: string,
  store: Pick<ArtifactStore, 'getFile'>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-bundle-'));
  try {
    const file = join(folder, 'checkout.bundle');
    await store.getFile(bundle.digest, file);
    await gitOrFail(['--git-dir', mirror, 'bundle', 'unbundle', file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (await hasCommit(mirror, commit)) return;
  throw new LonghaulError('UnknownCommit', `The snapshot ${commit} is not in its bundle ${bundle.digest}.`, {
    mend: 'Take it again: longhaul ci run --worktree',
  });
}
