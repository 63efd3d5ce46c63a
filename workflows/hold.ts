import { CancellationScope, condition, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import { laneId } from '../core/ids.ts';
import { lanes } from './activities.ts';
import type { HoldInput } from './inputs.ts';
import { laneWish, letGo } from './lane-messages.ts';

/**
 * Holds a lane for the workflow that started it: Temporal lets one run of an id be open at a time, so nobody else can
 * hold the same lane, whatever the lane itself has forgotten. A holder that ends without leaving cancels it, however it
 * ends; then it leaves the lane for it.
 */
export async function hold({ lane, holder, runId }: HoldInput): Promise<void> {
  let left = false;
  let cancelled = false;
  setHandler(letGo, () => {
    left = true;
  });
  CancellationScope.current().cancelRequested.catch(() => {
    cancelled = true;
  });
  await CancellationScope.nonCancellable(async () => {
    await condition(() => left || cancelled);
    if (left) return;
    // Somebody may have cancelled it by hand, and a lane is not left by that.
    if (await lanes('has its holder ended').isOpen({ workflowId: holder, runId })) {
      await condition(() => left);
      return;
    }
    const told = getExternalWorkflowHandle(laneId(lane)).signal(laneWish, { wish: 'leave', holder, runId });
    await told.catch(() => undefined); // A lane that has closed holds nobody.
  });
}
