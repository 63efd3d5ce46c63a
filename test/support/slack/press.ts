import { createHmac } from 'node:crypto';
import type { ShownMessage } from './workspace.ts';

/** Somebody presses a button of a message. */
export interface Press {
  readonly message: ShownMessage;
  readonly action: string;
  readonly user?: { readonly id: string; readonly name: string };
  /** What they have typed into the field beside the buttons. */
  readonly typed?: string;
}

/** The form that Slack sends for it. */
export function pressBody({ message, action, typed, user }: Press, channel: string): string {
  const by = user ?? { id: 'U024BE7LH', name: 'ann' };
  const button = message.blocks
    .flatMap((block) =>
      block.type === 'actions' ? block.elements.map((element) => ({ block, element })) : [],
    )
    .find(({ element }) => element.action_id === action);
  if (button === undefined) throw new Error(`The message has no button ${action}.`);
  const values = message.blocks.flatMap((block) =>
    block.type === 'input'
      ? [
          [
            block.block_id ?? '',
            { [block.element.action_id]: { type: block.element.type, value: typed ?? null } },
          ] as const,
        ]
      : [],
  );
  const { ts, thread, text, blocks } = message;
  const place = thread === undefined ? {} : { thread_ts: thread };
  const payload = {
    type: 'block_actions',
    user: { ...by, username: by.name, team_id: 'T000' },
    api_app_id: 'A000',
    token: 'verification-token-of-old',
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false, ...place },
    trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
    team: { id: 'T000', domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'releases' },
    message: { type: 'message', bot_id: 'B0BOT', ts, text, blocks, ...place },
    state: { values: Object.fromEntries(values) },
    response_url: 'https://hooks.slack.com/actions/T000/1/secret-of-the-response',
    actions: [
      {
        type: 'button',
        action_id: action,
        block_id: button.block.block_id ?? '',
        text: button.element.text,
        value: button.element.value ?? '',
        action_ts: '1790000002.000100',
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** The headers of a request that Slack signs. @param at seconds since 1970 */
export function signedHeaders(
  signingSecret: string,
  body: string,
  at: number = Math.floor(Date.now() / 1000),
): Record<string, string> {
  const signature = createHmac('sha256', signingSecret).update(`v0:${at}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': `v0=${signature}`,
  };
}
