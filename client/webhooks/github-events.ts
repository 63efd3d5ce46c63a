/** GitHub's payloads in Longhaul's words: only the fields that decisions need are looked at. */
import { z } from 'zod';
import { commandIn } from '../../core/comment-command.ts';
import type { ForgeEvent } from '../../core/forge-event.ts';

/** Where an event happened; absent in those of accounts and organizations. */
export const somewhere = z.object({ repository: z.object({ full_name: z.string().min(1) }) });

const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const number = z.int().min(1);
const sender = z.object({ login: z.string().min(1) });

const push = z
  .object({
    ref: z.string(),
    before: commit,
    after: commit,
    deleted: z.boolean(),
    commits: z.array(z.unknown()),
    sender,
  })
  .transform(({ ref, before, after, deleted, sender: { login } }) => {
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    if (branch === undefined || deleted) return null;
    return { kind: 'push', branch, before, commit: after, by: login } as const;
  });

const actions = {
  opened: 'opened',
  synchronize: 'synchronize',
  reopened: 'reopened',
  ready_for_review: 'ready',
  closed: 'closed',
} as const;

const isAction = (action: string): action is keyof typeof actions => Object.hasOwn(actions, action);

const pullRequest = z
  .object({
    action: z.string(),
    number,
    pull_request: z.object({ head: z.object({ sha: commit }) }),
    sender,
  })
  .transform(({ action, number: at, pull_request: { head }, sender: { login } }) =>
    isAction(action)
      ? ({
          kind: 'pullRequest',
          action: actions[action],
          number: at,
          commit: head.sha,
          by: login,
        } as const)
      : null,
  );

/** A bot is not obeyed: what Longhaul writes itself must never be taken for somebody's word. */
const issueComment = z
  .object({
    action: z.string(),
    issue: z.object({ number, pull_request: z.unknown().optional() }),
    comment: z.object({
      id: number,
      body: z.string(),
      created_at: z.iso.datetime({ offset: true }),
      user: z.object({ login: z.string().min(1), type: z.string() }).nullable(),
    }),
  })
  .transform(({ action, issue, comment: { id, body, created_at, user } }) => {
    if (action !== 'created' || !issue.pull_request || user === null || user.type === 'Bot') return null;
    const command = commandIn(body);
    if (command === null) return null;
    const { number: at } = issue;
    return {
      kind: 'command',
      pullRequest: at,
      comment: id,
      at: created_at,
      by: user.login,
      ...command,
    } as const;
  });

const rerun = (action: string, head: { head_sha: string; head_branch: string | null }, login: string) =>
  action === 'rerequested'
    ? ({ kind: 'rerun', commit: head.head_sha, branch: head.head_branch, by: login } as const)
    : null;

const suite = z.object({ head_branch: z.string().nullable() });

const checkRun = z
  .object({
    action: z.string(),
    check_run: z.object({ head_sha: commit, check_suite: suite }),
    sender,
  })
  .transform(({ action, check_run: { head_sha, check_suite }, sender: { login } }) =>
    rerun(action, { head_sha, ...check_suite }, login),
  );

const checkSuite = z
  .object({ action: z.string(), check_suite: suite.extend({ head_sha: commit }), sender })
  .transform(({ action, check_suite, sender: { login } }) => rerun(action, check_suite, login));

/** An event without the project that it happened in. */
type Placeless<E> = E extends ForgeEvent ? Omit<E, 'project'> : never;

/** By GitHub's name of the event; null: nothing follows from this one. */
const readers = {
  push,
  pull_request: pullRequest,
  issue_comment: issueComment,
  check_run: checkRun,
  check_suite: checkSuite,
} as const satisfies Record<string, z.ZodType<Placeless<ForgeEvent> | null>>;

export type Read =
  | { readonly kind: 'event'; readonly event: ForgeEvent }
  | { readonly kind: 'nothing' }
  /** `where`: names of the fields that are not as they should be. */
  | { readonly kind: 'unreadable'; readonly where: string };

/** Whether something may follow from events of this name. */
export const isRead = (name: string): name is keyof typeof readers => Object.hasOwn(readers, name);

/** `name` is not signed: an event of another name has another shape, and is unreadable then. */
export function readEvent(name: keyof typeof readers, payload: object, project: string): Read {
  const reader: z.ZodType<Placeless<ForgeEvent> | null> = readers[name];
  const read = reader.safeParse(payload);
  if (!read.success) {
    const fields = new Set(read.error.issues.map(({ path }) => path.join('.')));
    return { kind: 'unreadable', where: [...fields].join(', ') };
  }
  return read.data === null ? { kind: 'nothing' } : { kind: 'event', event: { ...read.data, project } };
}
