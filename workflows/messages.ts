/**
 * Everything that can be said to a running workflow. Approve and reject exist as signal (for the plain Temporal
 * CLI) and as update under the same name (which answers). Validators refuse malformed input only, since what
 * they refuse leaves no trace; every other refusal is an answer.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CiStepState } from '../core/ci.ts';
import type { LaneRef } from '../core/ids.ts';
import type { ReleaseRecord } from '../core/release.ts';
import type { Look } from '../core/watch.ts';

/** A person's word. `evidence` binds an approval to the digest that the person saw. */
export interface PersonMessage {
  readonly by: string;
  readonly comment?: string;
  readonly evidence?: string;
}

/** Whether the message was taken, and why not. */
export interface Answer {
  readonly accepted: boolean;
  readonly message: string;
}

export const releaseMessages = ['approve', 'reject', 'pause', 'resume', 'abort'] as const;
export type ReleaseMessage = (typeof releaseMessages)[number];

/** The same five words as signals and as updates. */
export const releaseSignal = (name: ReleaseMessage) => defineSignal<[PersonMessage]>(name);
export const releaseUpdate = (name: ReleaseMessage) => defineUpdate<Answer, [PersonMessage]>(name);

/** Answers where each step of a CI run stands. */
export const ciRunStatus = defineQuery<readonly CiStepState[]>('status');

/** Answers the whole record of a release, open or closed. */
export const releaseStatus = defineQuery<ReleaseRecord>('status');

/** From a lane to the release at the head of its queue. */
export const laneGranted = defineSignal<[LaneRef]>('laneGranted');

/** From a watch to its release, once a look. */
export const lookTaken = defineSignal<[Look]>('lookTaken');

/** To a watch: the planned time is over; and: a person said to go on. */
export const concludeWatch = defineSignal('conclude');
export const acknowledgeHold = defineSignal('acknowledge');

/** One place in a lane's queue. */
export interface LaneTicket {
  readonly holder: string;
  readonly runId: string;
  readonly since: string;
}

export interface LaneStatus {
  readonly lane: LaneRef;
  readonly holder: LaneTicket | null;
  readonly waiting: readonly LaneTicket[];
}

/** What a release wants of a lane. */
export interface LaneWish {
  readonly wish: 'enter' | 'leave';
  readonly holder: string;
  readonly runId: string;
}

/**
 * One signal for both wishes: signals that arrive before a run has begun are handed over by name, so two names could
 * turn "leave, enter" around.
 */
export const laneWish = defineSignal<[LaneWish]>('wish');
export const laneStatus = defineQuery<LaneStatus>('status');
