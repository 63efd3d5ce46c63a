import { untold } from '../../core/announcement.ts';
import type { AnnouncedSubject, AnnouncementChannel, ToldByKey } from '../../core/announcement.ts';
import { documentKeys } from '../../core/ids.ts';
import type { Forge } from '../../core/ports/forge.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { AnnounceActivities, ToldByChannel } from '../contracts.ts';
import { readDocument } from '../store/read-document.ts';
import { chatItems } from './chat-items.ts';
import type { ChatSurroundings } from './chat-items.ts';
import { forgeItems } from './forge-items.ts';
import type { ForgeSurroundings } from './forge-items.ts';
import type { Item } from './item.ts';
import { readSubject } from './subject-record.ts';
import type { RecordSources, SubjectNow } from './subject-record.ts';

export type AnnounceDependencies = RecordSources &
  ChatSurroundings &
  ForgeSurroundings & {
    readonly forge: Forge | null;
    readonly notifier: Notifier | null;
  };

/**
 * What the forge and the chat show is made anew from the record at every look, and compared with what was told. Telling
 * makes it once more, so that what is late is told as it is by then.
 */
export function createAnnounceActivities(deps: AnnounceDependencies): AnnounceActivities {
  const itemsOf = async (
    channel: AnnouncementChannel,
    subject: AnnouncedSubject,
    now: SubjectNow,
    told: ToldByKey,
  ): Promise<readonly Item[]> => {
    if (channel === 'forge') return deps.forge === null ? [] : forgeItems(deps.forge, deps, subject, now);
    return deps.notifier === null ? [] : chatItems(deps.notifier, deps, now, told);
  };
  return {
    async outstanding({ subject, channel, told }) {
      const now = await readSubject(deps, subject);
      const items = await itemsOf(channel, subject, now, told);
      const seen = items.map(({ key, digest }) => ({ key, digest }));
      return { items: untold(seen, told), ended: now.ended };
    },

    async tell({ subject, channel, key, told }) {
      const items = await itemsOf(channel, subject, await readSubject(deps, subject), told);
      const item = items.find((each) => each.key === key);
      if (item === undefined) return null;
      return { digest: item.digest, ...(await item.tell(told[key])) };
    },

    recall: async ({ subject }) =>
      (await readDocument<ToldByChannel>(deps.store, documentKeys.announced(subject.id))) ?? {},

    remember: ({ subject, told }) =>
      deps.store.writeDocument(documentKeys.announced(subject.id), JSON.stringify(told)),
  };
}
