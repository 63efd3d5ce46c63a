import type { Forge, ForgeComment } from '../../core/ports/forge.ts';
import type { PullRequestRef } from '../../core/trigger.ts';
import { cutOff, fitted } from './fitted.ts';
import { ownerAndRepo } from './github-access.ts';
import { nullIfGone } from './gone.ts';
import type { GithubClient } from './github-client.ts';

const longestBody = 65_536;

interface Standing {
  readonly id: number;
  readonly text: string;
  readonly url: string;
}

/**
 * Keeps the one comment of ours that begins with the marker, which GitHub's pages do not show. Where two at once have
 * made two, the first stays and the others are removed by whoever sees them.
 */
export async function putComment(
  client: GithubClient,
  ref: PullRequestRef,
  given: {
    readonly marker: string;
    readonly login: string;
    readonly body: (standing: string | null) => string;
  },
): Promise<{ readonly url: string }> {
  const head = `<!-- longhaul: ${given.marker} -->\n`;
  const within = (text: string): string => fitted(head + withUnixLines(text), longestBody, cutOff);
  const first = (await ours(client, ref, given.login, head))[0];
  if (first !== undefined) return settle(client, ref, first, within(given.body(first.text)), head);
  await client.rest.issues.createComment({
    ...ownerAndRepo(ref.project),
    issue_number: ref.number,
    body: within(given.body(null)),
  });
  const [stays, ...others] = await ours(client, ref, given.login, head);
  for (const { id } of others) await remove(client, ref.project, id);
  if (stays === undefined) return putComment(client, ref, given);
  return settle(client, ref, stays, within(given.body(others.length === 0 ? null : stays.text)), head);
}

async function settle(
  client: GithubClient,
  { project }: PullRequestRef,
  { id, text, url }: Standing,
  wanted: string,
  head: string,
): Promise<{ readonly url: string }> {
  if (head + text === wanted) return { url };
  const { data } = await client.rest.issues.updateComment({
    ...ownerAndRepo(project),
    comment_id: id,
    body: wanted,
  });
  return { url: data.html_url };
}

/** Our comments with the marker, oldest first, as people may have edited them: without the marker. */
async function ours(
  client: GithubClient,
  { number, project }: PullRequestRef,
  login: string,
  head: string,
): Promise<readonly Standing[]> {
  const all = await client.paginate(client.rest.issues.listComments, {
    ...ownerAndRepo(project),
    issue_number: number,
    per_page: 100,
  });
  return all
    .filter(({ user }) => user?.login === login)
    .map(({ body = '', html_url, id }) => ({ id: Number(id), text: withUnixLines(body), url: html_url }))
    .filter(({ text }) => text.startsWith(head))
    .map((standing) => ({ ...standing, text: standing.text.slice(head.length) }))
    .sort((a, b) => a.id - b.id);
}

async function remove(client: GithubClient, project: string, id: number): Promise<void> {
  await client.rest.issues
    .deleteComment({ ...ownerAndRepo(project), comment_id: id })
    .catch((error: unknown) => nullIfGone(error));
}

/** GitHub's pages write the line ends of a form, which a tick in a list brings in. */
const withUnixLines = (text: string): string => text.replaceAll('\r\n', '\n');

export async function readComment(
  client: GithubClient,
  project: string,
  comment: number,
): Promise<ForgeComment | null> {
  const answer = await client.rest.issues
    .getComment({ ...ownerAndRepo(project), comment_id: comment })
    .catch((error: unknown) => nullIfGone(error));
  if (answer === null) return null;
  const { body = '', created_at, issue_url, updated_at, user } = answer.data;
  const issue = /\/issues\/(\d+)$/.exec(issue_url)?.[1];
  return {
    author: user?.login ?? '',
    body,
    writtenAt: created_at,
    editedAt: updated_at,
    ...(issue === undefined ? {} : { pullRequest: Number(issue) }),
  };
}

/** GitHub keeps one reaction of a kind a person, however often it is asked for. */
export async function react(
  client: GithubClient,
  project: string,
  comment: number,
  content: Parameters<Forge['react']>[2],
): Promise<void> {
  await client.rest.reactions.createForIssueComment({
    ...ownerAndRepo(project),
    comment_id: comment,
    content,
  });
}
