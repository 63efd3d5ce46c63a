/** What Slack is told of a run or a release, as messages that stand under stable keys. */
import { limits } from './blocks.ts';
import type { Block } from './blocks.ts';
import { cutSlack } from './text.ts';

export interface SlackNews {
  /** The same for the same news of the same run, and of no other. */
  readonly key: string;
  /** One line, for notifications. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Key of the news whose thread it stands in; absent: begins one. */
  readonly inThreadOf?: string;
  /** Also seen in the channel. */
  readonly broadcast?: true;
  /** Shown anew in its place when it changes; otherwise it stays as it was sent. */
  readonly updates: boolean;
}

/** What of the surroundings shows in messages. */
export interface SlackView {
  /** ISO time at which it is told. */
  readonly now: string;
  /** As the notifier says of itself. */
  readonly can: { readonly threads: boolean; readonly buttons: boolean };
  /** Where the forge shows repositories, such as `https://github.com`; absent: no links. */
  readonly web?: string;
  /** Slack's ids of whom a reminder is for, by the name or role that it is addressed to. */
  readonly people?: Readonly<Record<string, readonly string[]>>;
  /** Metrics of the version that the evidence names as champion, where the registry knows them: by now it may be another. */
  readonly champion?: Readonly<Record<string, number>>;
  /** Keys of what was told before: a question that was replaced is closed where it stands. */
  readonly told?: readonly string[];
}

const LINE = 300;

/** News with its line and its blocks within Slack's limits. @param text mrkdwn, the words of others escaped */
export const news = (
  {
    key,
    text,
    updates,
    broadcast,
    inThreadOf,
  }: Omit<SlackNews, 'blocks' | 'broadcast'> & {
    readonly broadcast?: boolean;
  },
  blocks: readonly Block[],
): SlackNews => ({
  ...{ key, text: cutSlack(text, LINE), blocks: blocks.slice(0, limits.blocks), updates },
  ...(inThreadOf === undefined ? {} : { inThreadOf }),
  ...(broadcast === true ? { broadcast } : {}),
});
