import type { ToldByKey } from '../../core/announcement.ts';
import type { Message, MessageRef, Notifier } from '../../core/ports/notifier.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { ciNews } from '../../core/render/slack/ci-news.ts';
import type { SlackNews, SlackView } from '../../core/render/slack/news.ts';
import { releaseNews } from '../../core/render/slack/release-news.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { digestOf } from './item.ts';
import type { Item } from './item.ts';
import { readStepDocuments } from './step-documents.ts';
import type { SubjectNow } from './subject-record.ts';

export interface ChatSurroundings {
  readonly store: ArtifactStore;
  /** Where the forge shows repositories; undefined: no links. */
  readonly web: string | undefined;
  /** Slack's ids by the names that reminders are addressed to, in an environment. */
  readonly addressees: (environment: string | undefined) => Readonly<Record<string, readonly string[]>>;
  /** Metrics of a model's champion as the registry has them; null where there is none. */
  readonly championMetrics: (record: ReleaseRecord) => Promise<Readonly<Record<string, number>> | null>;
}

/** What the chat shows of a run, in the order in which it is to be told. */
export async function chatItems(
  notifier: Notifier,
  around: ChatSurroundings,
  now: SubjectNow,
  told: ToldByKey,
): Promise<readonly Item[]> {
  const view = viewOf(notifier, around, told);
  if (now.kind === 'ci') {
    if (now.result === undefined) return [];
    const documents = await readStepDocuments(around.store, now.result);
    return ciNews(now.result, documents, view).map((news) => itemOf(notifier, news, told));
  }
  const { record } = now;
  if (record === null) return [];
  const champion = await around.championMetrics(record);
  const people = around.addressees(record.snapshots.at(-1)?.lane.environment);
  const known = { ...view, people, ...(champion === null ? {} : { champion }) };
  return releaseNews(record, known).map((news) => itemOf(notifier, news, told));
}

const viewOf = ({ can }: Notifier, { web }: ChatSurroundings, told: ToldByKey): SlackView => ({
  ...{ now: new Date().toISOString(), can, told: Object.keys(told) },
  ...(web === undefined ? {} : { web }),
});

function itemOf(notifier: Notifier, news: SlackNews, told: ToldByKey): Item {
  const { key, text, blocks, updates } = news;
  return {
    key,
    digest: updates ? digestOf({ text, blocks }) : 'sent',
    tell: async (before) => {
      const thread = news.inThreadOf === undefined ? undefined : told[news.inThreadOf]?.ref;
      const message = messageOf(news, thread);
      if (before?.ref !== undefined) {
        await notifier.update(before.ref, message);
        return { ref: before.ref };
      }
      if (before !== undefined) return {};
      const ref = await notifier.send(message);
      return ref === null ? {} : { ref };
    },
  };
}

/** A message whose thread could not be begun stands by itself. */
const messageOf = ({ key, text, blocks, broadcast }: SlackNews, thread: MessageRef | undefined): Message => ({
  ...{ key, text, blocks },
  ...(thread === undefined ? {} : { thread, ...(broadcast === true ? { broadcast } : {}) }),
});
