import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { laneId, taskQueues } from '../../core/ids.ts';
import type { LaneInput } from '../../workflows/inputs.ts';
import type { LaneWish } from '../../workflows/messages.ts';
import type { LaneActivities } from '../contracts.ts';

/**
 * Messages to lanes and questions about other workflows, which a workflow itself cannot send. Asking for a lane twice,
 * or leaving it twice, is the same as once: the lane knows its tickets by holder and run.
 */
export function createLaneActivities({ client }: { readonly client: Client }): LaneActivities {
  return {
    async requestLane({ lane, holder, runId }) {
      await client.workflow.signalWithStart('lane', {
        workflowId: laneId(lane),
        taskQueue: taskQueues.orchestration,
        args: [{ lane } satisfies LaneInput],
        signal: 'wish',
        signalArgs: [{ wish: 'enter', holder, runId } satisfies LaneWish],
        staticSummary: `Lane of ${lane.model} in ${lane.environment}`,
      });
    },

    /** A lane that has closed holds nobody, so there is nothing to leave. */
    async releaseLane({ lane, holder, runId }) {
      const wish: LaneWish = { wish: 'leave', holder, runId };
      await client.workflow.getHandle(laneId(lane)).signal('wish', wish).catch(noneWhenClosed(undefined));
    },

    isOpen: ({ workflowId, runId }) =>
      client.workflow
        .getHandle(workflowId, runId)
        .describe()
        .then(({ status }) => status.name === 'RUNNING' || status.name === 'PAUSED', noneWhenClosed(false)),
  };
}

function noneWhenClosed<T>(none: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof WorkflowNotFoundError) return none;
    throw error;
  };
}
