/** What Slack's documentation says of messages: every key, every limit. https://docs.slack.dev/reference/block-kit */
import { z } from 'zod';

const plainText = (longest: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(longest),
    emoji: z.boolean().optional(),
  });

const mrkdwn = (longest: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(longest),
    verbatim: z.boolean().optional(),
  });

const text = (longest: number) => z.union([plainText(longest), mrkdwn(longest)]);
const blockId = z.string().min(1).max(255);
const actionId = z.string().min(1).max(255);

const button = z.strictObject({
  type: z.literal('button'),
  action_id: actionId,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: z
    .strictObject({
      title: plainText(100),
      text: plainText(300),
      confirm: plainText(30),
      deny: plainText(30),
      style: z.enum(['primary', 'danger']).optional(),
    })
    .optional(),
});

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), block_id: blockId.optional(), text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), block_id: blockId.optional() }),
  z
    .strictObject({
      type: z.literal('section'),
      block_id: blockId.optional(),
      text: text(3000).optional(),
      fields: z.array(text(2000)).min(1).max(10).optional(),
    })
    .refine((section) => section.text !== undefined || section.fields !== undefined),
  z.strictObject({
    type: z.literal('context'),
    block_id: blockId.optional(),
    elements: z.array(text(3000)).min(1).max(10),
  }),
  z.strictObject({
    type: z.literal('actions'),
    block_id: blockId.optional(),
    elements: z.array(button).min(1).max(25),
  }),
  z.strictObject({
    type: z.literal('input'),
    block_id: blockId.optional(),
    label: plainText(2000),
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    element: z.strictObject({
      type: z.literal('plain_text_input'),
      action_id: actionId,
      multiline: z.boolean().optional(),
      min_length: z.int().min(0).max(3000).optional(),
      max_length: z.int().min(1).max(3000).optional(),
      placeholder: plainText(150).optional(),
    }),
  }),
]);

/** The blocks of a message: at most 50, and no two with the same id. */
export const blocksShape = z
  .array(block)
  .max(50)
  .refine((blocks) => {
    const ids = blocks.flatMap(({ block_id: id }) => (id === undefined ? [] : [id]));
    return new Set(ids).size === ids.length;
  }, 'block_id is used twice');

export type ShownBlock = z.output<typeof block>;

const json = <S extends z.ZodType>(shape: S) =>
  z.string().transform((raw, context): z.output<S> => {
    try {
      const read = shape.safeParse(JSON.parse(raw));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: z.prettifyError(read.error) });
    } catch {
      context.addIssue({ code: 'custom', message: 'is no JSON' });
    }
    return z.NEVER;
  });

const channel = z.string().regex(/^[CG][A-Z0-9]{2,}$/);
const ts = z.string().regex(/^\d{10}\.\d{6}$/);
const flag = z.enum(['true', 'false']);
const metadata = json(
  z.strictObject({
    event_type: z.string().regex(/^[A-Za-z0-9_]{1,255}$/),
    event_payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
);
const content = {
  channel,
  text: z.string().min(1).max(40_000),
  parse: z.enum(['none', 'full']).optional(),
  link_names: flag.optional(),
};
const page = {
  channel,
  limit: z.coerce.number().int().min(1).max(999).optional(),
  cursor: z.string().optional(),
  include_all_metadata: flag.optional(),
};

/** The arguments of each method, as they come in a form. */
export const methodShapes = {
  'auth.test': z.strictObject({}),
  'chat.postMessage': z.strictObject({
    ...content,
    blocks: json(blocksShape).optional(),
    thread_ts: ts.optional(),
    reply_broadcast: flag.optional(),
    metadata: metadata.optional(),
    unfurl_links: flag.optional(),
    unfurl_media: flag.optional(),
  }),
  'chat.update': z.strictObject({
    ...content,
    ts,
    blocks: json(blocksShape).optional(),
    metadata: metadata.optional(),
  }),
  'chat.postEphemeral': z.strictObject({
    ...content,
    user: z.string().regex(/^[UW][A-Z0-9]{2,}$/),
    thread_ts: ts.optional(),
  }),
  'conversations.info': z.strictObject({ channel }),
  'conversations.history': z.strictObject(page),
  'conversations.replies': z.strictObject({ ...page, ts }),
} as const;

export type Method = keyof typeof methodShapes;

/** What an incoming webhook takes. */
export const webhookShape = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: blocksShape.optional(),
});
