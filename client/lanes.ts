import type { Client } from '@temporalio/client';
import { laneId } from '../core/ids.ts';
import type { LaneRef } from '../core/ids.ts';
import { laneStatus } from '../workflows/lane-messages.ts';
import type { LaneStatus } from '../workflows/lane-messages.ts';
import { statusNow } from './workflow-status.ts';

/** Who holds a lane and who waits; null when it has closed for want of requests. */
export async function laneStatusOf(client: Client, lane: LaneRef): Promise<LaneStatus | null> {
  const id = laneId(lane);
  if ((await statusNow(client, id)) !== 'RUNNING') return null;
  return client.withDeadline(Date.now() + 5_000, () => client.workflow.getHandle(id).query(laneStatus));
}
