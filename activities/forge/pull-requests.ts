import type { Forge, PullRequest } from '../../core/ports/forge.ts';
import type { PullRequestRef } from '../../core/trigger.ts';
import { LonghaulError } from '../../core/errors.ts';
import { fitted } from './fitted.ts';
import { ownerAndRepo } from './github-access.ts';
import type { GithubClient } from './github-client.ts';

export async function readPullRequest(client: GithubClient, ref: PullRequestRef): Promise<PullRequest> {
  const { data } = await client.rest.pulls.get({ ...ownerAndRepo(ref.project), pull_number: ref.number });
  const { base, head } = data;
  return {
    project: ref.project,
    number: data.number,
    title: data.title,
    url: data.html_url,
    open: data.state === 'open',
    draft: data.draft ?? false,
    commit: head.sha,
    baseBranch: base.ref,
    baseCommit: base.sha,
    ...(data.merged && data.merge_commit_sha !== null ? { mergeCommit: data.merge_commit_sha } : {}),
    // GitHub's types do not tell that a fork may be gone.
    headProject: (head.repo as { readonly full_name: string } | null)?.full_name ?? null,
    ...(data.merged && data.merge_commit_sha !== null ? { mergeCommit: data.merge_commit_sha } : {}),
    author: (data.user as { readonly login: string } | null)?.login ?? '',
    authorAssociation: data.author_association,
  };
}

/** A renamed file is both: the old path is gone, the new one is there. */
export async function changedFiles(client: GithubClient, ref: PullRequestRef): Promise<readonly string[]> {
  const files = await client.paginate(client.rest.pulls.listFiles, {
    ...ownerAndRepo(ref.project),
    pull_number: ref.number,
    per_page: 100,
  });
  const paths = files.flatMap(({ filename, previous_filename: before }) =>
    before === undefined ? [filename] : [filename, before],
  );
  return [...new Set(paths)];
}

export async function pullRequestsOf(
  client: GithubClient,
  project: string,
  commit: string,
): Promise<readonly PullRequestRef[]> {
  const all = await client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, {
    ...ownerAndRepo(project),
    commit_sha: commit,
    per_page: 100,
  });
  return all
    .filter(({ merged_at, state }) => state === 'open' || merged_at !== null)
    .map(({ number }) => ({ project, number }))
    .sort((a, b) => b.number - a.number);
}

/**
 * Finds the pull request of the branch, or opens it; of two at once, the second finds the first's. One that people
 * have closed or merged is not opened again.
 */
export async function openPullRequest(
  client: GithubClient,
  input: Parameters<Forge['openPullRequest']>[0],
): ReturnType<Forge['openPullRequest']> {
  const { base, body, branch, project, title } = input;
  const standing = await ofBranch(client, input);
  if (standing !== undefined) return standing;
  try {
    const { data } = await client.rest.pulls.create({
      ...ownerAndRepo(project),
      head: branch,
      base,
      title: fitted(title, 256),
      body: fitted(body, 65_536),
    });
    return { url: data.html_url, number: data.number };
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.type !== 'Rejected') throw error;
    const meanwhile = await ofBranch(client, input);
    if (meanwhile === undefined) throw error;
    return meanwhile;
  }
}

async function ofBranch(
  client: GithubClient,
  { base, branch, project }: Parameters<Forge['openPullRequest']>[0],
): Promise<{ readonly url: string; readonly number: number } | undefined> {
  const { owner, repo } = ownerAndRepo(project);
  const { data } = await client.rest.pulls.list({
    ...{ owner, repo, base, head: `${owner}:${branch}`, state: 'all', per_page: 100 },
  });
  const found = data.find(({ state }) => state === 'open') ?? data[0];
  return found === undefined ? undefined : { url: found.html_url, number: found.number };
}
