/** Triggers on a real server, with a real repository and a GitHub at the wire, over the world's CI and releases. */
import type { TriggerActivities } from '../../activities/contracts.ts';
import type { TriggerEvent } from '../../core/forge-event.ts';
import { taskQueues } from '../../core/ids.ts';
import type { TriggerResult } from '../../core/trigger.ts';
import type * as workflows from '../../workflows/index.ts';
import { openRealStage } from './harness.ts';
import type { Stage } from './harness.ts';
import { openTriggerSite } from './trigger-site.ts';
import type { TriggerSite } from './trigger-site.ts';

type Around = (name: keyof TriggerActivities, call: () => Promise<unknown>) => Promise<unknown>;

export interface TriggerStage {
  readonly stage: Stage;
  readonly site: TriggerSite;
  /** What is done to an activity instead of just calling it. */
  around: Around;
  /** What comes of an event. */
  trigger(event: TriggerEvent): Promise<TriggerResult>;
  /** `none` when Temporal does not know it. */
  statusOf(id: string): Promise<string>;
  /** Ends all that is open. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const asItIs: Around = (_, call) => call();

export async function openTriggerStage(): Promise<TriggerStage> {
  let asked = 0;
  const site = await openTriggerSite();
  const stage = await openRealStage({
    more: (client) =>
      Object.fromEntries(
        Object.entries(site.activities(client)).map(([name, run]) => [
          name,
          (input: never) =>
            triggers.around(name as keyof TriggerActivities, () =>
              (run as (input: never) => Promise<unknown>)(input),
            ),
        ]),
      ),
  });
  const { workflow } = stage.env.client;
  const triggers: TriggerStage = {
    ...{ stage, site, around: asItIs },
    trigger: (event) =>
      workflow.execute<typeof workflows.trigger>('trigger', {
        workflowId: `trigger/${(asked += 1)}`,
        taskQueue: taskQueues.orchestration,
        args: [{ event }],
      }),
    statusOf: (id) =>
      workflow
        .getHandle(id)
        .describe()
        .then(
          ({ status }) => status.name,
          () => 'none',
        ),
    async clear() {
      for await (const { workflowId } of workflow.list({ query: `ExecutionStatus = 'Running'` }))
        await workflow
          .getHandle(workflowId)
          .terminate()
          .catch(() => undefined);
    },
    async close() {
      await stage.close();
      await site.close();
    },
  };
  return triggers;
}
