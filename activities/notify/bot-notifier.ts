import { LonghaulError } from '../../core/errors.ts';
import type { Message, MessageRef, Notifier } from '../../core/ports/notifier.ts';
import { eventType, findSent } from './sent-before.ts';
import { createSlackApi } from './slack-api.ts';

/** Slack by a bot's token: threads, updates, and messages that are known again by their key. */
export function createBotNotifier(options: {
  readonly apiUrl: string;
  readonly channel: string;
  readonly token: () => Promise<string>;
  readonly hearsButtons: boolean;
  readonly tell: (line: string) => void;
}): Notifier {
  const call = createSlackApi(options);
  const tell = once(options.tell);
  return {
    can: { threads: true, buttons: options.hearsButtons },

    async send(message) {
      const channel = message.thread?.channel ?? options.channel;
      const before = await findSent(call, { ...message, channel }, tell);
      if (before !== null) return before;
      return placeOf(
        await call('chat.postMessage', {
          channel,
          ...contentOf(message),
          ...(message.thread === undefined
            ? {}
            : { thread_ts: message.thread.id, reply_broadcast: message.broadcast === true }),
          unfurl_links: false,
          unfurl_media: false,
        }),
      );
    },

    async update({ channel, id }, message) {
      await call('chat.update', { channel, ts: id, ...contentOf(message) });
    },

    async whisper({ channel, thread, user, text }) {
      await call('chat.postEphemeral', {
        ...{ channel, user, text, ...verbatim },
        ...(thread === undefined ? {} : { thread_ts: thread }),
      });
    },
  };
}

/** Nothing in the words of others becomes a mention or a link. */
const verbatim = { parse: 'none', link_names: false } as const;

const contentOf = ({ key, text, blocks }: Message) => ({
  ...{ text, blocks, ...verbatim },
  metadata: { event_type: eventType, event_payload: { key } },
});

function placeOf(answer: object): MessageRef {
  const { channel, ts } = answer as { readonly channel?: unknown; readonly ts?: unknown };
  if (typeof channel === 'string' && typeof ts === 'string') return { channel, id: ts };
  throw new LonghaulError('Rejected', 'Slack took a message and does not say where it stands.');
}

/** Says each line a single time. */
function once(tell: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    tell(line);
  };
}
