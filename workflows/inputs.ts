import type { ToldByChannel } from '../activities/contracts.ts';
import type { AnnouncedSubject } from '../core/announcement.ts';
import type { LaneRef } from '../core/ids.ts';
import type { Freeze, LaneTicket } from '../core/lane.ts';
import type { ServedMetrics } from '../core/release.ts';
import type { Verdict, WatchPolicy, WatchState } from '../core/watch.ts';
import type { PersonMessage } from './messages.ts';

/** Input of the `watch` workflow; `state` is carried over a continue-as-new. */
export interface WatchInput {
  readonly release: string;
  readonly phase: string;
  readonly lane: LaneRef;
  readonly candidateArm: string;
  readonly championArm: string | null;
  readonly metrics: ServedMetrics;
  readonly policy: WatchPolicy;
  readonly state?: WatchState;
  readonly concludingSince?: string;
  /** What the watch is on hold for, and for what a person has said to go on. */
  readonly heldFor?: Verdict['kind'];
  readonly acknowledged?: readonly Verdict['kind'][];
}

/** How a watch ends by itself; a cancelled watch ends as cancelled. */
export interface WatchResult {
  readonly action: 'pass' | 'rollBack';
  readonly verdict: Verdict;
  readonly state: WatchState;
}

/** Input of the `lane` workflow; all but `lane` and `checkHolderEveryMs` is carried over a continue-as-new. */
export interface LaneInput {
  readonly lane: LaneRef;
  /** Who waits. Where `holder` is absent, its head holds the lane: so versions 0.1 and 0.2 have it. */
  readonly queue?: readonly LaneTicket[];
  readonly holder?: LaneTicket | null;
  /** By hand. */
  readonly freeze?: Freeze;
  /** As the operator's file had them at the last look. */
  readonly windows?: readonly Freeze[];
  /** What each has been told of its wait, by the run of the waiting workflow. */
  readonly told?: Readonly<Record<string, string>>;
  /** The run that was asked to make way, and for whom. */
  readonly interrupted?: string;
  /** How often, in milliseconds, a holder is asked for while others wait; a minute when absent. */
  readonly checkHolderEveryMs?: number;
}

/** Input of the `reconcileDeliveries` workflow. */
export interface ReconcileInput {
  /** Milliseconds from one look to the next. */
  readonly everyMs: number;
}

/** Input of the `hold` workflow: who holds which lane by it. */
export interface HoldInput {
  readonly lane: LaneRef;
  readonly holder: string;
  readonly runId: string;
}

/** Input of the `rollback` workflow: undo of a release that has ended. */
export interface RollbackInput {
  readonly release: string;
  readonly by: string;
  readonly reason: string;
}

/** Input of the `announcer` workflow; `told` is carried over a continue-as-new. */
export interface AnnouncerInput {
  readonly subject: AnnouncedSubject;
  readonly told?: ToldByChannel;
}

/** Input of the `answer` workflow: what a person has pressed in Slack, and where they have. */
export interface AnswerInput {
  readonly release: string;
  readonly word: 'approve' | 'reject';
  readonly message: PersonMessage;
  /** Slack's ids of the person and the channel. */
  readonly user: string;
  readonly channel: string;
  /** Slack's `ts` of the message that begins the thread. */
  readonly thread?: string;
}
