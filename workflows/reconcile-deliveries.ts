import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ReconcilerState } from '../core/redeliveries.ts';
import { deliveries } from './activities.ts';
import type { ReconcileInput } from './inputs.ts';

/**
 * One look at the deliveries that the forge could not make; a schedule starts it. What the last look that succeeded has
 * left comes from Temporal, as that run's result.
 */
export async function reconcileDeliveries({ everyMs }: ReconcileInput): Promise<ReconcilerState> {
  const last = workflowInfo().lastResult as ReconcilerState | undefined;
  const { asked, refused, failed, next } = await deliveries(
    last === undefined ? 'first look' : `since ${last.since}`,
  ).reconcile({ everyMs, ...(last === undefined ? {} : { last }) });
  setCurrentDetails(
    `${failed} deliveries had failed; ${asked} were asked for again, ${refused} could not be.`,
  );
  return next;
}
