/** What is told of a CI run or a release to those who look elsewhere: on the forge, in a chat. */
import { announcerId, taskQueues } from './ids.ts';
import type { MessageRef } from './ports/notifier.ts';
import { summaryOf } from './summary.ts';

/** The run that is told of. */
export interface AnnouncedSubject {
  readonly kind: 'ci' | 'release';
  /** Workflow id: also the key of its record. */
  readonly id: string;
  readonly project: string;
  readonly commit: string;
}

export const announcementChannels = ['forge', 'chat'] as const;
export type AnnouncementChannel = (typeof announcementChannels)[number];

/** What has been told under a key: a digest of what was said, and where it stands. */
export interface Told {
  readonly digest: string;
  readonly ref?: MessageRef;
}

export type ToldByKey = Readonly<Record<string, Told>>;

/** One thing that is to be told now, or differently from what was told. */
export interface Announcement {
  readonly key: string;
  readonly digest: string;
}

/** Keys in the order given whose digest has not been told. */
export const untold = (all: readonly Announcement[], told: ToldByKey): readonly Announcement[] =>
  all.filter(({ key, digest }) => told[key]?.digest !== digest);

/** How the announcer of a run is woken, or begun where there is none: for a client's `signalWithStart`. */
export const announcerCall = (
  subject: AnnouncedSubject,
): {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: [{ readonly subject: AnnouncedSubject }];
  readonly signal: string;
  readonly signalArgs: [];
  readonly staticSummary: string;
} => ({
  workflowId: announcerId(subject.id),
  taskQueue: taskQueues.orchestration,
  args: [{ subject }],
  signal: 'recordChanged',
  signalArgs: [],
  staticSummary: summaryOf(`Tells of ${subject.id}`),
});
