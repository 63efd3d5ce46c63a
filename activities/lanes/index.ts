import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { holdId, laneId, taskQueues } from '../../core/ids.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { LaneInput } from '../../workflows/inputs.ts';
import type { LaneWish } from '../../workflows/lane-messages.ts';
import type { FreezeWindow } from '../../config/freeze-config.ts';
import type { LaneActivities, LaneSurvey } from '../contracts.ts';
import { freezesAt } from './freezes.ts';

export interface LaneDependencies {
  readonly client: Client;
  /** The freezes of an environment in the operator's file as it is now; none when absent. */
  readonly freezesOf?: (environment: string) => readonly FreezeWindow[];
}

/**
 * Messages to lanes and questions about other workflows, which a workflow itself cannot send. Asking for a lane twice,
 * or leaving it twice, is the same as once: the lane knows its tickets by holder and run.
 */
export function createLaneActivities({ client, freezesOf = () => [] }: LaneDependencies): LaneActivities {
  const isOpen: LaneActivities['isOpen'] = ({ workflowId, runId }) =>
    client.workflow
      .getHandle(workflowId, runId)
      .describe()
      .then(({ status }) => status.name === 'RUNNING' || status.name === 'PAUSED', noneWhenClosed(false));
  return {
    async requestLane({ lane, ...request }) {
      await client.workflow.signalWithStart('lane', {
        workflowId: laneId(lane),
        taskQueue: taskQueues.orchestration,
        args: [{ lane } satisfies LaneInput],
        signal: 'wish',
        signalArgs: [{ wish: 'enter', ...request } satisfies LaneWish],
        staticSummary: `Lane of ${lane.model} in ${lane.environment}`,
      });
    },

    /** A lane that has closed holds nobody, so there is nothing to leave. */
    async releaseLane({ lane, holder, runId }) {
      const wish: LaneWish = { wish: 'leave', holder, runId };
      await client.workflow.getHandle(laneId(lane)).signal('wish', wish).catch(noneWhenClosed(undefined));
    },

    async surveyLane({ lane, at }) {
      const heldBy = await whoHolds(client, lane, isOpen);
      return { heldBy, freezes: freezesAt(freezesOf(lane.environment), at) };
    },

    isOpen,
  };
}

/**
 * Temporal ends the workflow by which a lane is held soon after its holder has gone; here it is ended at once, so that
 * the next in turn need not wait for that.
 */
async function whoHolds(
  client: Client,
  lane: LaneRef,
  isOpen: LaneActivities['isOpen'],
): Promise<LaneSurvey['heldBy']> {
  const hold = await client.workflow.getHandle(holdId(lane)).describe().catch(noneWhenClosed(null));
  if (hold?.status.name !== 'RUNNING') return null;
  const { workflowId, runId } = hold.parentExecution ?? {};
  if (typeof workflowId !== 'string' || typeof runId !== 'string') return null;
  if (await isOpen({ workflowId, runId })) {
    return { holder: workflowId, runId, since: hold.startTime.toISOString() };
  }
  await client.workflow
    .getHandle(holdId(lane), hold.runId)
    .terminate(`${workflowId} has ended`)
    .catch(noneWhenClosed(undefined));
  return null;
}

function noneWhenClosed<T>(none: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof WorkflowNotFoundError) return none;
    throw error;
  };
}
