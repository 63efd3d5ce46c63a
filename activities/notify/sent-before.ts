import { LonghaulError } from '../../core/errors.ts';
import type { Message, MessageRef } from '../../core/ports/notifier.ts';
import type { SlackApi } from './slack-api.ts';

/** Under which Slack keeps the key of a message, seen by programs alone. */
export const eventType = 'longhaul_message';

const pageSize = 200;
/** How far back is looked: an answer that was lost is asked for again within a day. */
const pages = { thread: 5, channel: 3 } as const;

/**
 * Where the message with this key stands already, if an answer to sending it was lost; null where it was never sent,
 * or where Slack does not let us look: `tell` hears of that, and the message may then be sent twice.
 */
export async function findSent(
  call: SlackApi,
  { channel, key, thread }: Pick<Message, 'key' | 'thread'> & { readonly channel: string },
  tell: (line: string) => void,
): Promise<MessageRef | null> {
  const [method, place, limit] =
    thread === undefined
      ? ['conversations.history', { channel }, pages.channel]
      : ['conversations.replies', { channel: thread.channel, ts: thread.id }, pages.thread];
  let cursor = '';
  for (let page = 0; page < limit; page += 1) {
    const values = { ...place, limit: pageSize, include_all_metadata: true };
    const answer = await look(call, method, cursor === '' ? values : { ...values, cursor }, tell);
    if (answer === null) return null;
    const found = messagesOf(answer).find((message) => keyOf(message) === key);
    if (found !== undefined) return { channel: thread?.channel ?? channel, id: found.ts };
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}

async function look(
  call: SlackApi,
  method: string,
  values: Readonly<Record<string, unknown>>,
  tell: (line: string) => void,
): Promise<Awaited<ReturnType<SlackApi>> | null> {
  try {
    return await call(method, values);
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.type !== 'NotPermitted') throw error;
    tell(`slack: a message whose answer is lost may be sent twice. ${error.message}`);
    return null;
  }
}

interface SeenMessage {
  readonly ts: string;
  readonly metadata?: {
    readonly event_type?: unknown;
    readonly event_payload?: { readonly key?: unknown };
  };
}

const messagesOf = (answer: object): readonly SeenMessage[] =>
  'messages' in answer && Array.isArray(answer.messages) ? (answer.messages as readonly SeenMessage[]) : [];

const keyOf = ({ metadata }: SeenMessage): unknown =>
  metadata?.event_type === eventType ? metadata.event_payload?.key : undefined;
