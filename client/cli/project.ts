import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from '../../config/server-config.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { withFetched } from './fetched-commit.ts';
import { git } from './git.ts';
import { readIdentity } from './project-identity.ts';
import type { ProjectIdentity } from './project-identity.ts';

const fileName = 'longhaul.yaml';

/** Which project and which commit a command is about. */
export interface ProjectOptions {
  readonly project?: string;
  readonly commit?: string;
  /** Folder of the repository; by default the current folder's. */
  readonly repo?: string;
}

export interface ChosenCommit {
  readonly project: string;
  /** Full hash. */
  readonly commit: string;
}

/** The repository around a folder and what its `longhaul.yaml` says; null where there is none. */
export async function localProject(
  folder: string,
): Promise<{ readonly root: string; readonly identity: ProjectIdentity } | null> {
  const root = await git(['rev-parse', '--show-toplevel'], folder);
  if (root === null) return null;
  const text = await readFile(join(root, fileName), 'utf8').catch(() => null);
  return text === null ? null : { root, identity: readIdentity(text, join(root, fileName)) };
}

/** `--project`, else the project of the repository that the command is typed in; undefined where neither is. */
export async function currentProject({ project, repo }: ProjectOptions): Promise<string | undefined> {
  return project ?? (await localProject(repo ?? process.cwd()))?.identity.project;
}

/**
 * The project and the full hash of the commit: a name or short hash is looked up in the repository that the command is
 * typed in when it is the project's, else in the project's own. @throws CommandFailure
 */
export async function chooseCommit(options: ProjectOptions, config: ServerConfig): Promise<ChosenCommit> {
  const local = await localProject(options.repo ?? process.cwd());
  const project = options.project ?? local?.identity.project;
  if (project === undefined) {
    throw new CommandFailure(
      exitCodes.usage,
      `There is no ${fileName} here to take the project from. Name it, --project OWNER/REPO, or write one with: longhaul init`,
    );
  }
  const url = servedUrl(project, config);
  const root = local?.identity.project === project ? local.root : null;
  const name = options.commit ?? (root === null ? undefined : 'HEAD');
  if (name === undefined) {
    throw new CommandFailure(
      exitCodes.usage,
      `This folder is not of ${project}; name the commit: --commit HASH`,
    );
  }
  const commit =
    (root === null ? null : await resolveLocally(name, root)) ?? (await resolveRemotely(name, url));
  if (commit !== null) return { project, commit };
  throw new CommandFailure(
    exitCodes.notFound,
    `There is no commit \`${name}\` in ${root ?? url}. See those that are: ${root === null ? `git ls-remote ${url}` : `git -C ${root} log --oneline`}`,
  );
}

/** Where the operator's file says that a project is. @throws CommandFailure when it does not serve it */
export function servedUrl(project: string, config: ServerConfig): string {
  const known = config.projects[project];
  if (known !== undefined) return known.url;
  const names = Object.keys(config.projects);
  throw new CommandFailure(
    exitCodes.notFound,
    `The operator's file does not serve the project \`${project}\`. ${names.length === 0 ? 'It serves none' : `It serves: ${names.join(', ')}`}. Type \`longhaul up\` in its repository, or add it under \`projects:\`.`,
  );
}

const resolveLocally = (name: string, root: string): Promise<string | null> =>
  git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], root);

async function resolveRemotely(name: string, url: string): Promise<string | null> {
  if (/^[0-9a-f]{40}$/.test(name)) return name;
  const refs = await git(['ls-remote', '--', url, name], process.cwd());
  return refs?.split('\t')[0]?.match(/^[0-9a-f]{40}$/)?.[0] ?? null;
}

/** What `longhaul.yaml` says at a commit, from here or fetched from the project's repository. @throws CommandFailure */
export async function identityAt(
  { project, commit }: ChosenCommit,
  options: ProjectOptions,
  config: ServerConfig,
): Promise<ProjectIdentity> {
  const text =
    (await showLocally(project, commit, options)) ?? (await showRemotely(servedUrl(project, config), commit));
  return readIdentity(text, `${fileName} at ${commit.slice(0, 12)}`);
}

async function showLocally(
  project: string,
  commit: string,
  { repo }: ProjectOptions,
): Promise<string | null> {
  const local = await localProject(repo ?? process.cwd());
  return local?.identity.project === project ? git(['show', `${commit}:${fileName}`], local.root) : null;
}

const showRemotely = (url: string, commit: string): Promise<string> =>
  withFetched(url, commit, async (repository) => {
    const text = await git(['show', `${commit}:${fileName}`], repository);
    if (text !== null) return text;
    throw new CommandFailure(
      exitCodes.notFound,
      `There is no ${fileName} at ${commit.slice(0, 12)} in ${url}. Write one there with: longhaul init`,
    );
  });
