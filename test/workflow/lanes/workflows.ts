import { ApplicationFailure, condition, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { LaneRef } from '../../../core/ids.ts';
import type { LaneClaim } from '../../../workflows/release/lanes.ts';
import { HeldLanes } from '../../../workflows/release/lanes.ts';

export { hold } from '../../../workflows/hold.ts';
export { lane } from '../../../workflows/lane.ts';

/** How a holder ends: by leaving, or in a way in which it cannot. */
export type Fate = 'leaves' | 'fails' | 'terminatedHolding' | 'terminatedWaiting';

export interface Witness {
  enter(input: { readonly holder: string; readonly fate: Fate }): Promise<void>;
  leave(input: { readonly holder: string }): Promise<void>;
}

export const witnessQueue = 'witness';

const witness = proxyActivities<Witness>({ taskQueue: witnessQueue, startToCloseTimeout: '30s' });

/** A release that does nothing but hold its lane for a moment, before a witness. */
export async function holder(input: {
  readonly lane: LaneRef;
  readonly claim: LaneClaim;
  readonly fate: Fate;
}): Promise<void> {
  const { workflowId } = workflowInfo();
  const lanes = new HeldLanes({}, 15_000);
  lanes.listen();
  await lanes.take(input.lane, input.claim);
  await witness.enter({ holder: workflowId, fate: input.fate });
  if (input.fate === 'fails') throw ApplicationFailure.nonRetryable('a bug of this release');
  if (input.fate === 'terminatedHolding') await condition(() => false);
  await witness.leave({ holder: workflowId });
  await lanes.leave(input.lane);
}
