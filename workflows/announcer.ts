import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { announcementChannels } from '../core/announcement.ts';
import type { AnnouncementChannel, ToldByKey } from '../core/announcement.ts';
import { announcing, tellingChat, tellingForge } from './activities.ts';
import { failureReason } from './failure-reason.ts';
import type { AnnouncerInput } from './inputs.ts';
import { ciChanged, ciEnded, ciListen, recordChanged } from './messages.ts';

/** The least time between two looks: what changes within it is told together. */
const gatherFor = '2s';

/** A run that died without a word is noticed after this long. */
const lookAnywayAfter = '10m';

/**
 * Tells the forge and the chat how a CI run or a release stands: looks at the record whenever something has changed,
 * and says what differs from what was said. One that is down holds up neither the other nor the run.
 */
export async function announcer({ subject, told }: AnnouncerInput): Promise<void> {
  const said = told ?? (await announcing('what was told before').recall({ subject }));
  const channels = announcementChannels.map((name): Channel => {
    return { name, told: said[name] ?? {}, changed: true, ended: false };
  });
  const look = (): void => {
    for (const channel of channels) channel.changed = true;
  };
  setHandler(ciChanged, look);
  setHandler(ciEnded, look);
  setHandler(recordChanged, look);
  if (told === undefined && subject.kind === 'ci') await listen(subject.id);

  // Until nothing has changed on any: one may end, and be told of more while the other is still being told.
  while (channels.some(({ changed, ended }) => changed || !ended)) {
    await Promise.all(
      channels.map((channel) =>
        follow(channel, subject, () => {
          show(channels);
        }),
      ),
    );
    if (!workflowInfo().continueAsNewSuggested) continue;
    await continueAsNew<typeof announcer>({ subject, told: toldBy(channels) });
  }
  await announcing('remember what was told').remember({ subject, told: toldBy(channels) });
}

/** The forge or the chat, and what has been said there. */
interface Channel {
  readonly name: AnnouncementChannel;
  told: ToldByKey;
  /** The record may say something new. */
  changed: boolean;
  /** The run has ended, and all of it is told. */
  ended: boolean;
}

type Subject = AnnouncerInput['subject'];

/** A run that has ended already has nothing more to say: its record has it all. */
async function listen(run: string): Promise<void> {
  try {
    const { workflowId } = workflowInfo();
    await getExternalWorkflowHandle(run).signal(ciListen, { workflowId, hears: 'steps' });
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the run had ended before it could be listened to', { run });
  }
}

/** Resolves once the run has ended and all of it is told, or when the history is to begin anew. */
async function follow(channel: Channel, subject: Subject, show: () => void): Promise<void> {
  for (;;) {
    channel.changed = false;
    channel.ended = await catchUp(channel, subject);
    show();
    if (channel.ended || workflowInfo().continueAsNewSuggested) return;
    await sleep(gatherFor);
    await condition(() => channel.changed, lookAnywayAfter);
  }
}

/** Tells what is new. Answers whether the run has ended, so that nothing more will come. */
async function catchUp(channel: Channel, subject: Subject): Promise<boolean> {
  const { name } = channel;
  const { items, ended } = await announcing(`what is new for the ${name}`).outstanding({
    ...{ subject, channel: name, told: channel.told },
  });
  for (const { key, digest } of items) {
    const said = await tell(channel, subject, key);
    channel.told = { ...channel.told, [key]: said ?? { digest } };
  }
  return ended;
}

/** Null when it could not be told: then it is let go, and the next change is told as if it had been. */
async function tell({ name: channel, told }: Channel, subject: Subject, key: string) {
  try {
    const telling = channel === 'forge' ? tellingForge : tellingChat;
    return await telling(key).tell({ subject, channel, key, told });
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('it could not be told', { channel, key, reason: failureReason(error) });
    return null;
  }
}

const toldBy = (channels: readonly Channel[]) =>
  Object.fromEntries(channels.map(({ name, told }) => [name, told]));

const show = (channels: readonly Channel[]): void => {
  const line = ({ name, told, ended }: Channel): string =>
    `${name}: ${Object.keys(told).length} told${ended ? ', all of it' : ''}`;
  setCurrentDetails(channels.map(line).join('\n'));
};
