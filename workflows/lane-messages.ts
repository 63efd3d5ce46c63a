/** Everything that is said between a lane, those who hold it or wait for it, and people. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { LaneRef } from '../core/ids.ts';
import type { LaneRequest, LaneView, LaneWait } from '../core/lane.ts';
import type { Answer } from './messages.ts';

/** What a workflow wants of a lane. */
export type LaneWish = LaneRequest & { readonly wish: 'enter' | 'leave' };

/**
 * One signal for both wishes: signals that arrive before a run has begun are handed over by name, so two names could
 * turn "leave, enter" around.
 */
export const laneWish = defineSignal<[LaneWish]>('wish');

/** From a lane to the workflow that has it from now on. */
export const laneGranted = defineSignal<[LaneRef]>('laneGranted');
/** From a lane to one that waits: why, as it is now. */
export const laneWaits = defineSignal<[{ readonly lane: LaneRef; readonly wait: LaneWait }]>('laneWaits');

/** Who is asked to make way, and for whom. */
export interface LaneYield {
  readonly lane: LaneRef;
  readonly to: string;
  readonly because: 'superseded' | 'hotfix';
}
/** From a lane to one that waits and is superseded, or to a canary that a hotfix may interrupt. */
export const laneYield = defineSignal<[LaneYield]>('laneYield');

export type LaneStatus = LaneView & { readonly lane: LaneRef };
/** As the lane knows it, without a look at the operator's file. */
export const laneStatus = defineQuery<LaneStatus>('status');
/** The same after a look at the operator's file and at who holds it. */
export const laneLook = defineUpdate<LaneStatus>('look');

/** `by` is who freezes; ISO `until`, else until it is thawed. */
export interface FreezeWord {
  readonly by: string;
  readonly reason: string;
  readonly until?: string;
  readonly hotfixes?: true;
}
export const laneFreeze = defineUpdate<Answer, [FreezeWord]>('freeze');
export const laneThaw = defineUpdate<Answer, [{ readonly by: string }]>('thaw');

/** To the workflow by which a lane is held: it is left. */
export const letGo = defineSignal('letGo');
