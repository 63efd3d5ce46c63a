import type { Check } from '../../core/ports/forge.ts';
import { fittedLine } from './fitted.ts';
import { ownerAndRepo } from './github-access.ts';
import type { GithubClient } from './github-client.ts';

/**
 * Shows a check as a commit status, which is all that a plain token may write: no annotations, no summary. Statuses
 * are only ever added, 1,000 at most to one name, so one is added only when it says something else than the newest.
 */
export async function putStatus(client: GithubClient, check: Check): Promise<void> {
  const { commit, detailsUrl, name, project, title } = check;
  const wanted = {
    state: stateOf(check),
    description: fittedLine(title, 140),
    ...(detailsUrl === undefined ? {} : { target_url: detailsUrl }),
  };
  const newest = await newestStatus(client, check);
  const same =
    newest?.state === wanted.state &&
    newest.description === wanted.description &&
    (detailsUrl === undefined || newest.target_url === detailsUrl);
  if (same) return;
  await client.rest.repos.createCommitStatus({
    ...ownerAndRepo(project),
    sha: commit,
    context: name,
    ...wanted,
  });
}

/** GitHub tells the newest first. */
async function newestStatus(client: GithubClient, { commit, name, project }: Check) {
  const pages = client.paginate.iterator(client.rest.repos.listCommitStatusesForRef, {
    ...ownerAndRepo(project),
    ref: commit,
    per_page: 100,
  });
  for await (const { data } of pages) {
    const found = data.find(({ context }) => context === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What waits for a person is pending: it holds up a merge and is nobody's failure. */
function stateOf({ state }: Check): 'pending' | 'success' | 'failure' | 'error' {
  if (state.status !== 'completed') return 'pending';
  switch (state.conclusion) {
    case 'success':
    case 'neutral':
    case 'skipped':
      return 'success';
    case 'failure':
    case 'timedOut':
      return 'failure';
    case 'cancelled':
      return 'error';
    case 'actionRequired':
      return 'pending';
  }
}
