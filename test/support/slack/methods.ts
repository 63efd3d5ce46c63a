import type { z } from 'zod';
import { methodShapes } from './shapes.ts';
import type { Method } from './shapes.ts';
import type { ShownMessage, Workspace } from './workspace.ts';

type Values<M extends Method> = z.output<(typeof methodShapes)[M]>;
type Answers = { readonly [M in Method]: (values: Values<M>, workspace: Workspace) => object };

const scopeOf: Readonly<Partial<Record<Method, string>>> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'conversations.info': 'channels:read',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history',
};

/** Answers a call as Slack does: by status 200, with `ok` and, where it is false, a word. */
export function answerMethod(method: Method, form: URLSearchParams, workspace: Workspace): object {
  if (!Object.hasOwn(methodShapes, method)) return refusal('unknown_method');
  const needed = scopeOf[method];
  if (needed !== undefined && !workspace.scopes.has(needed))
    return { ...refusal('missing_scope'), needed, provided: [...workspace.scopes].join(',') };
  const read = methodShapes[method].safeParse(Object.fromEntries(form));
  if (!read.success) {
    workspace.problems.push(`${method}: ${read.error.message}`);
    return { ...refusal('invalid_arguments'), response_metadata: { messages: [read.error.message] } };
  }
  const values = read.data as { readonly channel?: string };
  if (values.channel !== undefined && values.channel !== workspace.channel)
    return refusal('channel_not_found');
  return (answers[method] as (values: unknown, workspace: Workspace) => object)(values, workspace);
}

const refusal = (error: string) => ({ ok: false, error });

const answers: Answers = {
  'auth.test': () => ({
    ok: true,
    url: 'https://acme.slack.com/',
    team: 'Acme',
    user: 'longhaul',
    user_id: 'U0BOT',
  }),

  'chat.postMessage': ({ text, blocks, thread_ts, reply_broadcast, metadata }, workspace) => {
    if (thread_ts !== undefined && workspace.thread(thread_ts).length === 0)
      return refusal('thread_not_found');
    const message = workspace.add({
      ...{ text, blocks: blocks ?? [], by: 'bot' },
      ...(thread_ts === undefined ? {} : { thread: thread_ts }),
      ...(reply_broadcast === 'true' ? { broadcast: true } : {}),
      ...(metadata === undefined ? {} : { metadata }),
    });
    return { ok: true, channel: workspace.channel, ts: message.ts, message: shown(message, false) };
  },

  'chat.update': ({ ts, text, blocks }, workspace) =>
    workspace.change(ts, { text, blocks: blocks ?? [] })
      ? { ok: true, channel: workspace.channel, ts, text }
      : refusal('message_not_found'),

  'chat.postEphemeral': ({ user, text, thread_ts }, workspace) => {
    workspace.whispers.push({ user, text, ...(thread_ts === undefined ? {} : { thread: thread_ts }) });
    return { ok: true, message_ts: '1790000001.000001' };
  },

  'conversations.info': (_values, workspace) => ({
    ok: true,
    channel: { id: workspace.channel, name: 'releases', is_member: true, is_archived: false },
  }),

  'conversations.history': (values, workspace) =>
    page(
      workspace.messages.filter(({ thread, broadcast }) => thread === undefined || broadcast).toReversed(),
      values,
    ),

  'conversations.replies': (values, workspace) => {
    const thread = workspace.thread(values.ts);
    return thread.length === 0 ? refusal('thread_not_found') : page(thread, values);
  },
};

/** Slack may give fewer than it is asked for; this one never gives more than three. */
function page(
  messages: readonly ShownMessage[],
  values: Values<'conversations.history'> | Values<'conversations.replies'>,
): object {
  const start = Number(values.cursor ?? '0');
  const end = start + Math.min(values.limit ?? 100, 3);
  const withMetadata = values.include_all_metadata === 'true';
  return {
    ok: true,
    messages: messages.slice(start, end).map((message) => shown(message, withMetadata)),
    has_more: end < messages.length,
    response_metadata: { next_cursor: end < messages.length ? String(end) : '' },
  };
}

/** As Slack tells it; of metadata only the kind unless all of it is asked for. */
const shown = ({ ts, text, blocks, thread, metadata }: ShownMessage, withMetadata: boolean) => ({
  ...{ type: 'message', user: 'U0BOT', bot_id: 'B0BOT', ts, text, blocks },
  ...(thread === undefined ? {} : { thread_ts: thread }),
  ...(metadata === undefined
    ? {}
    : {
        metadata: withMetadata ? metadata : { event_type: (metadata as { event_type: string }).event_type },
      }),
});
