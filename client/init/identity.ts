import { basename } from 'node:path';
import { projectId } from '../../config/fields.ts';
import { git } from '../cli/git.ts';
import type { Identity } from './plan.ts';

/** `owner/repo` of the remote `origin`, else a name made of the folder's. */
export async function identityOf(root: string): Promise<Identity & { readonly sure: boolean }> {
  const remote = await git(['remote', 'get-url', 'origin'], root);
  const project = remote === null ? null : projectOfUrl(remote);
  if (project !== null) return { project, from: 'from the remote origin', sure: true };
  return {
    project: `local/${asName(basename(root))}`,
    from: 'from the folder, as there is no remote origin that names it',
    sure: false,
  };
}

/** The last two parts of a git URL: `git@host:owner/repo.git`, `https://host/group/owner/repo`. */
export function projectOfUrl(url: string): string | null {
  if (/^(file:|\/|\.)/.test(url)) return null;
  const path = url.replace(/^\w+:\/\/[^/]+\//, '').replace(/^[^/:]+:/, '');
  const [owner, repo] = path
    .replace(/\.git\/?$/, '')
    .split('/')
    .filter((part) => part !== '')
    .slice(-2);
  const project = `${owner ?? ''}/${repo ?? ''}`;
  return projectId.safeParse(project).success ? project : null;
}

const asName = (folder: string): string => {
  const name = folder.replaceAll(/[^\w.-]+/g, '-').replace(/^[^A-Za-z0-9_]+/, '');
  return name === '' ? 'project' : name;
};
