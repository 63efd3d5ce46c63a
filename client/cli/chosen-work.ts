import type { CiRunInput } from '../../core/ci.ts';
import { sourceSaid, untrackedSaid } from '../../core/render/source-words.ts';
import { takeSnapshot } from '../worktree/snapshot.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { chooseCommit, localProject, servedUrl } from './project.ts';
import type { ProjectOptions } from './project.ts';
import type { LocalSession } from './session.ts';

export interface WorkOptions extends ProjectOptions {
  readonly worktree?: boolean;
}

/**
 * What CI shall run: a commit, or with `--worktree` a snapshot of the checkout; what is in that, and what is not, is
 * told. @throws CommandFailure
 */
export async function chooseWork(
  options: WorkOptions,
  { config, store }: Pick<LocalSession, 'config' | 'store'>,
  tell: (line: string) => void,
): Promise<Pick<CiRunInput, 'project' | 'commit' | 'source'>> {
  if (options.worktree !== true) return chooseCommit(options, config);
  const { root, project } = await checkoutOf(options);
  servedUrl(project, config);
  const { commit, source, untracked, missing } = await takeSnapshot(root, store);
  tell(`Runs ${sourceSaid(source)}; nothing of it can be released before it is committed.`);
  for (const line of untrackedSaid(untracked)) tell(line);
  for (const thing of missing) tell(`Not in it: ${thing}.`);
  return { project, commit, source };
}

/** The checkout that `--worktree` is about. @throws CommandFailure */
export async function checkoutOf({
  commit,
  project,
  repo,
}: WorkOptions): Promise<{ readonly root: string; readonly project: string }> {
  if (commit !== undefined) {
    throw new CommandFailure(
      exitCodes.usage,
      '--worktree is about what is in the folder now, --commit about what is in a commit: give one of them.',
    );
  }
  const local = await localProject(repo ?? process.cwd());
  if (local === null) {
    throw new CommandFailure(
      exitCodes.notFound,
      'There is no git repository with a longhaul.yaml here. Write one with: longhaul init',
    );
  }
  if (project !== undefined && project !== local.identity.project) {
    throw new CommandFailure(
      exitCodes.usage,
      `The checkout in ${local.root} is of ${local.identity.project}, not of ${project}. Name its folder: --repo FOLDER`,
    );
  }
  return { root: local.root, project: local.identity.project };
}
