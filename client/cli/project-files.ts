import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerConfig } from '../../config/server-config.ts';
import type { Checkouts } from '../../core/ports/workspace.ts';
import { withFetched } from './fetched-commit.ts';
import { git } from './git.ts';
import { localProject, servedUrl } from './project.ts';
import type { ChosenCommit, ProjectOptions } from './project.ts';

/** Files of a project, of one commit or as they are in a folder now. */
export interface ProjectFiles extends Pick<Checkouts, 'list' | 'read'> {
  /** Text of a file; null where there is none. */
  readonly text: (path: string) => string | null;
}

/**
 * Runs `use` with the files of the commit, from the repository that the command is typed in where that has it, else
 * fetched from the project's own. @throws CommandFailure
 */
export async function withFilesAt<T>(
  { project, commit }: ChosenCommit,
  options: ProjectOptions,
  config: ServerConfig,
  use: (files: ProjectFiles) => Promise<T>,
): Promise<T> {
  const local = await localProject(options.repo ?? process.cwd());
  if (local?.identity.project === project) {
    const has = await git(['cat-file', '-e', `${commit}^{commit}`], local.root);
    if (has !== null) return use(filesIn(local.root, commit));
  }
  return withFetched(servedUrl(project, config), commit, (repository) => use(filesIn(repository, commit)));
}

/** Of a commit. */
function filesIn(repository: string, commit: string): ProjectFiles {
  const text = (path: string): string | null => run(repository, ['cat-file', 'blob', `${commit}:${path}`]);
  const list = (folders: readonly string[]): string | null =>
    run(repository, ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit, '--', ...folders]);
  return files(text, list);
}

/** Of a folder as it is now, uncommitted changes included; ignored files are not among them. */
export function filesOf(root: string): ProjectFiles {
  const text = (path: string): string | null => {
    try {
      return readFileSync(join(root, path), 'utf8');
    } catch {
      return null;
    }
  };
  const list = (folders: readonly string[]): string | null =>
    run(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...folders]);
  return files(text, list);
}

const files = (
  text: ProjectFiles['text'],
  list: (folders: readonly string[]) => string | null,
): ProjectFiles => ({
  text,
  read: (_commit, path) => Promise.resolve(text(path)),
  list: (_commit, folders = []) =>
    Promise.resolve(
      Object.fromEntries(
        (list(folders) ?? '')
          .split('\0')
          .filter((path) => path !== '')
          .map((path) => [path, '']),
      ),
    ),
});

/** Not async, since the loader of the configuration asks for one file after the other while it resolves. */
function run(folder: string, args: readonly string[]): string | null {
  const done = spawnSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C' },
  });
  return done.status === 0 ? done.stdout : null;
}
