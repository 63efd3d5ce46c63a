import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { LonghaulError } from '../core/errors.ts';
import { laneId, taskQueues } from '../core/ids.ts';
import type { LaneRef } from '../core/ids.ts';
import type { lane as laneWorkflow } from '../workflows/index.ts';
import { laneFreeze, laneLook, laneStatus, laneThaw } from '../workflows/lane-messages.ts';
import type { FreezeWord, LaneStatus } from '../workflows/lane-messages.ts';
import type { Answer } from '../workflows/messages.ts';
import { isSilence } from './ask-open.ts';
import { statusNow } from './workflow-status.ts';

/** Who holds a lane and who waits; null when it has closed for want of requests. */
export async function laneStatusOf(client: Client, lane: LaneRef): Promise<LaneStatus | null> {
  const id = laneId(lane);
  if ((await statusNow(client, id)) !== 'RUNNING') return null;
  return client.withDeadline(Date.now() + 5_000, () => client.workflow.getHandle(id).query(laneStatus));
}

/** The same after a look at the operator's file, also of a lane that has closed. @throws LonghaulError Unreachable */
export const lookAtLane = (client: Client, lane: LaneRef): Promise<LaneStatus> =>
  ask(client, lane, laneLook, []);

/** @throws LonghaulError Unreachable, Rejected for what says nobody, no reason, or no time */
export const freezeLane = (client: Client, lane: LaneRef, word: FreezeWord): Promise<Answer> =>
  ask(client, lane, laneFreeze, [word]);

/** @throws LonghaulError Unreachable */
export const thawLane = (client: Client, lane: LaneRef, by: string): Promise<Answer> =>
  ask(client, lane, laneThaw, [{ by }]);

/** By update with start: a lane that nobody has asked for lately answers too. */
async function ask<R, A extends unknown[]>(
  client: Client,
  lane: LaneRef,
  update: UpdateDefinition<R, A>,
  args: A,
): Promise<R> {
  const startWorkflowOperation = new WithStartWorkflowOperation<typeof laneWorkflow>('lane', {
    workflowId: laneId(lane),
    taskQueue: taskQueues.orchestration,
    args: [{ lane }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Lane of ${lane.model} in ${lane.environment}`,
  });
  try {
    return await client.withDeadline(Date.now() + 15_000, () =>
      client.workflow.executeUpdateWithStart(update, { args, startWorkflowOperation }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) {
      throw new LonghaulError('Rejected', error.cause?.message ?? error.message, { cause: error });
    }
    if (!isSilence(error)) throw error;
    throw new LonghaulError('Unreachable', `No worker answered for ${laneId(lane)} within 15 seconds.`, {
      mend: 'Start the workers with `longhaul up`, and say it again.',
      cause: error,
    });
  }
}
