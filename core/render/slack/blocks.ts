/** Blocks of Slack's Block Kit, each within its limits. */
import { cutSlack, literal } from './text.ts';

export interface MrkdwnText {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Slack makes no links and mentions of its own out of plain words. */
  readonly verbatim: true;
}

export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
}

export interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: {
    readonly title: PlainText;
    readonly text: PlainText;
    readonly confirm: PlainText;
    readonly deny: PlainText;
  };
}

export interface TextField {
  readonly type: 'plain_text_input';
  readonly action_id: string;
  readonly max_length: number;
  readonly placeholder: PlainText;
}

export type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text?: MrkdwnText; readonly fields?: readonly MrkdwnText[] }
  | { readonly type: 'context'; readonly elements: readonly MrkdwnText[] }
  | { readonly type: 'actions'; readonly block_id: string; readonly elements: readonly Button[] }
  | {
      readonly type: 'input';
      readonly block_id: string;
      readonly optional: true;
      readonly label: PlainText;
      readonly element: TextField;
    };

/** What Slack takes, in characters and in pieces. */
export const limits = {
  blocks: 50,
  header: 150,
  section: 3000,
  field: 2000,
  fields: 10,
  context: 10,
  label: 75,
  buttonValue: 2000,
} as const;

export const plainText = (text: string, length: number): PlainText => ({
  type: 'plain_text',
  text: literal(text, length),
});

const mrkdwn = (text: string, length: number): MrkdwnText => ({
  type: 'mrkdwn',
  text: cutSlack(text === '' ? '–' : text, length),
  verbatim: true,
});

export const header = (text: string): Block => ({ type: 'header', text: plainText(text, limits.header) });

/** @param text mrkdwn in which the words of others are escaped; so in all that follow */
export const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text, limits.section) });

/** Facts side by side, each a name and a value; nothing where there are none. */
export const facts = (named: readonly (readonly [name: string, value: string])[]): readonly Block[] =>
  named.length === 0
    ? []
    : [
        {
          type: 'section',
          fields: named
            .slice(0, limits.fields)
            .map(([name, value]) => mrkdwn(`*${name}*\n${value}`, limits.field)),
        },
      ];

/** Small print. */
export const context = (...texts: readonly string[]): Block => ({
  type: 'context',
  elements: texts.slice(0, limits.context).map((text) => mrkdwn(text, limits.field)),
});
