import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { ScheduleClient } from '@temporalio/client';
import type { ServerConfig } from '../../config/server-config.ts';
import { reconcilerId, taskQueues } from '../../core/ids.ts';
import type { reconcileDeliveries } from '../../workflows/index.ts';
import { putSchedule, removeSchedule } from './put-schedule.ts';

/**
 * Keeps the schedule that looks for deliveries that GitHub could not make: there with a webhook server and a GitHub App,
 * which alone can ask for them, and else gone.
 */
export async function keepReconciler(
  schedules: ScheduleClient,
  { github, webhooks }: Pick<ServerConfig, 'github' | 'webhooks'>,
): Promise<void> {
  if (github?.app === undefined || webhooks === undefined) {
    await removeSchedule(schedules, reconcilerId);
    return;
  }
  const every = webhooks.askAgainEvery;
  await putSchedule(schedules, {
    scheduleId: reconcilerId,
    spec: { intervals: [{ every }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: every },
    action: {
      type: 'startWorkflow',
      workflowType: 'reconcileDeliveries' satisfies typeof reconcileDeliveries.name,
      workflowId: reconcilerId,
      taskQueue: taskQueues.orchestration,
      args: [{ everyMs: every }],
      workflowExecutionTimeout: '1h',
    },
  });
}
