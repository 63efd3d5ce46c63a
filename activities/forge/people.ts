import type { Permission } from '../../core/ports/forge.ts';
import { ownerAndRepo } from './github-access.ts';
import type { GithubClient } from './github-client.ts';
import { nullIfGone } from './gone.ts';

/**
 * What a login may do on a repository. A role of an organization's own counts as what GitHub's older word for it says;
 * a login that GitHub does not know may do nothing.
 */
export async function permissionOf(
  client: GithubClient,
  project: string,
  login: string,
): Promise<Permission> {
  const answer = await client.rest.repos
    .getCollaboratorPermissionLevel({ ...ownerAndRepo(project), username: login })
    .catch((error: unknown) => nullIfGone(error));
  if (answer === null) return 'none';
  const { permission, role_name: role } = answer.data;
  return asPermission(role) ?? asPermission(permission) ?? 'none';
}

const permissions: readonly Permission[] = ['admin', 'maintain', 'write', 'triage', 'read', 'none'];

const asPermission = (word: string): Permission | undefined => permissions.find((known) => known === word);

/** Login of a commit's author; null where GitHub knows no account for the address in the commit. */
export async function authorOf(
  client: GithubClient,
  project: string,
  commit: string,
): Promise<string | null> {
  const { data } = await client.rest.repos.getCommit({ ...ownerAndRepo(project), ref: commit, per_page: 1 });
  return data.author !== null && 'login' in data.author ? data.author.login : null;
}
