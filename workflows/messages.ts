/**
 * Everything that can be said to a running workflow. Approve and reject exist as signal (for the plain Temporal
 * CLI) and as update under the same name (which answers). Validators refuse malformed input only, since what
 * they refuse leaves no trace; every other refusal is an answer.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CiStepState } from '../core/ci.ts';
import type { Proof } from '../core/identity.ts';
import type { ReleaseRecord } from '../core/release.ts';
import type { Look } from '../core/watch.ts';

/** A person's word. `evidence` binds an approval to the digest that the person saw. */
export interface PersonMessage {
  readonly by: string;
  readonly comment?: string;
  readonly evidence?: string;
  /** Absent: nobody vouches for `by`. */
  readonly proof?: Proof;
  /** Said by `longhaul` on a terminal, which vouches for nobody. */
  readonly from?: 'cli';
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

/** A workflow that wants to hear of a CI run: of each step that changes, or of its end alone. */
export interface CiListener {
  readonly workflowId: string;
  readonly hears: 'steps' | 'end';
}

/** To a CI run: tell this workflow, once, however often it is said; sent with the start, so that no end is missed. */
export const ciListen = defineSignal<[CiListener]>('listen');
/** From a CI run to who listens: something has changed, ask. */
export const ciChanged = defineSignal<[{ readonly id: string }]>('ciChanged');
/** From a CI run to who listens: how it ended. */
export const ciEnded = defineSignal<
  [
    {
      readonly id: string;
      readonly runId: string;
      readonly passed: boolean;
      readonly supersededBy?: string;
    },
  ]
>('ciEnded');
/** To the CI run of an older commit of a pull request: make way for this one. */
export const ciSupersede = defineSignal<[{ readonly commit: string }]>('supersede');
/** To an announcer: the record of its subject has changed. */
export const recordChanged = defineSignal('recordChanged');

/** Answers the whole record of a release, open or closed. */
export const releaseStatus = defineQuery<ReleaseRecord>('status');

/** From a watch to its release, once a look. */
export const lookTaken = defineSignal<[Look]>('lookTaken');

/** To a watch: the planned time is over; and: a person said to go on. */
export const concludeWatch = defineSignal('conclude');
export const acknowledgeHold = defineSignal('acknowledge');
