import { projectFile } from '../../config/load-project.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { withFetched } from './fetched-commit.ts';
import { git } from './git.ts';
import { servedUrl } from './project.ts';

/** `longhaul.yaml` as the repository's own branch has it now. */
export interface FileOnMain {
  readonly branch: string;
  /** Full hash. */
  readonly commit: string;
  readonly text: string;
}

/** Asks the repository itself: what this folder has is not what triggers go by. @throws CommandFailure */
export async function fileOnMain(project: string, config: ServerConfig): Promise<FileOnMain> {
  const url = servedUrl(project, config);
  const refs = (await git(['ls-remote', '--symref', '--', url, 'HEAD'], process.cwd())) ?? '';
  const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(refs)?.[1];
  const commit = /^([0-9a-f]{40,64})\tHEAD$/m.exec(refs)?.[1];
  if (branch === undefined || commit === undefined) {
    throw new CommandFailure(
      exitCodes.notFound,
      `${url} has no commit yet, or cannot be read. Try by hand: git ls-remote ${url}`,
    );
  }
  const text = await withFetched(url, commit, (repository) =>
    git(['show', `${commit}:${projectFile}`], repository),
  );
  if (text !== null) return { branch, commit, text };
  throw new CommandFailure(
    exitCodes.notFound,
    `There is no ${projectFile} on ${branch} of ${url}. Write one there with: longhaul init`,
  );
}
