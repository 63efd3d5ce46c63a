/** A press of a button as Slack tells it: only the fields that an answer needs are looked at. */
import { z } from 'zod';
import { pressWords, reasonField } from '../../core/render/slack/press.ts';
import type { PressAction, PressValue } from '../../core/render/slack/press.ts';

/** Everything that somebody has said by pressing one of our buttons. */
export interface SlackAnswer {
  readonly release: string;
  readonly word: 'approve' | 'reject';
  readonly evidence: string;
  readonly user: string;
  readonly name: string;
  readonly comment: string;
  readonly channel: string;
  readonly thread?: string;
}

export type ReadPress =
  | { readonly kind: 'answer'; readonly answer: SlackAnswer }
  /** Something else that can be done in Slack; nothing follows from it. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable' };

const kind = z.object({ type: z.string(), actions: z.array(z.object({ action_id: z.string() })).optional() });

const id = (letters: string) => z.string().regex(new RegExp(`^[${letters}][A-Z0-9]{2,30}$`));
const ts = z.string().regex(/^\d{1,12}\.\d{1,8}$/);

const press = z.object({
  user: z.object({
    id: id('UW'),
    username: z.string().max(200).optional(),
    name: z.string().max(200).optional(),
  }),
  container: z.object({ channel_id: id('CGD'), message_ts: ts, thread_ts: ts.optional() }),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().max(2000) })]),
  state: z
    .object({ values: z.record(z.string(), z.record(z.string(), z.looseObject({ value: z.unknown() }))) })
    .optional(),
});

const question = z.strictObject({
  release: z
    .string()
    .regex(/^release\/./)
    .max(1000),
  evidence: z.string().regex(/^sha256:[0-9a-f]{64}$/),
}) satisfies z.ZodType<PressValue>;

/** @param raw the body of a request whose signature is right: a form with one field, JSON */
export function readPress(raw: Buffer): ReadPress {
  const payload = parsed(new URLSearchParams(raw.toString('utf8')).get('payload') ?? '');
  const what = kind.safeParse(payload);
  if (!what.success) return { kind: 'unreadable' };
  const action = what.data.actions?.[0]?.action_id ?? '';
  if (what.data.type !== 'block_actions' || !isOurs(action)) return { kind: 'nothing' };
  const read = press.safeParse(payload);
  if (!read.success) return { kind: 'unreadable' };
  const { actions, container, state, user } = read.data;
  const asked = question.safeParse(parsed(actions[0].value));
  if (!asked.success) return { kind: 'unreadable' };
  return {
    kind: 'answer',
    answer: {
      ...asked.data,
      word: pressWords[action],
      user: user.id,
      name: user.name ?? user.username ?? user.id,
      comment: typedIn(state?.values ?? {}),
      channel: container.channel_id,
      thread: container.thread_ts ?? container.message_ts,
    },
  };
}

const isOurs = (action: string): action is PressAction => Object.hasOwn(pressWords, action);

type Typed = NonNullable<z.output<typeof press>['state']>['values'];

/** What stands in the field beside the buttons; its block's id goes on differently for each question. */
function typedIn(values: Typed): string {
  const field = Object.entries(values).find(([block]) => block.startsWith(`${reasonField.block}_`));
  const typed = field?.[1][reasonField.action]?.value;
  return typeof typed === 'string' ? typed.trim().slice(0, reasonField.longest) : '';
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
