import { ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { ScheduleClient, ScheduleOptions } from '@temporalio/client';
import type { ScheduleEvent } from '../../core/forge-event.ts';
import { scheduleId, taskQueues } from '../../core/ids.ts';
import { scheduleChanges, schedulesOf } from '../../core/schedule-changes.ts';
import type { ScheduleChange, ScheduleDefinition } from '../../core/schedule-changes.ts';
import { summaryOf } from '../../core/summary.ts';
import type { TriggerPolicy } from '../../core/trigger-policy.ts';
import type { trigger } from '../../workflows/index.ts';
import { runAttributes } from '../search-attributes.ts';
import { putSchedule, removeSchedule } from './put-schedule.ts';

/** What of a project's schedules is not as its file says, and what is. */
export async function changesOfSchedules(
  schedules: ScheduleClient,
  project: string,
  policy: TriggerPolicy,
): Promise<readonly ScheduleChange[]> {
  const wanted = schedulesOf(policy);
  const prefix = scheduleId(project, '');
  const names = new Set(Object.keys(wanted));
  for await (const { scheduleId: id } of schedules.list())
    if (id.startsWith(prefix)) names.add(id.slice(prefix.length));
  const there = await Promise.all(
    [...names].map(async (name) => [name, await definitionOf(schedules, scheduleId(project, name))] as const),
  );
  return scheduleChanges(
    wanted,
    Object.fromEntries(there.flatMap(([name, found]) => (found === undefined ? [] : [[name, found]]))),
  );
}

/** Undefined: there is no such schedule. Null: one that Longhaul has not written. */
async function definitionOf(
  schedules: ScheduleClient,
  id: string,
): Promise<ScheduleDefinition | null | undefined> {
  try {
    const { action } = await schedules.getHandle(id).describe();
    return (action.memo?.['definition'] as ScheduleDefinition | undefined) ?? null;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** Does what is to be done; whether a schedule is paused stays as it is. */
export async function applyScheduleChanges(
  schedules: ScheduleClient,
  project: string,
  changes: readonly ScheduleChange[],
): Promise<void> {
  for (const change of changes) {
    if (change.kind === 'keep') continue;
    if (change.kind === 'remove') await removeSchedule(schedules, scheduleId(project, change.name));
    else await putSchedule(schedules, scheduleOf(project, change.name, change.to));
  }
}

function scheduleOf(project: string, name: string, definition: ScheduleDefinition): ScheduleOptions {
  const { cron, timezone, overlap, catchUp } = definition;
  const event: ScheduleEvent = { kind: 'schedule', project, schedule: name };
  return {
    scheduleId: scheduleId(project, name),
    spec: { cronExpressions: [cron], timezone },
    policies: { overlap: overlaps[overlap], catchupWindow: catchUp },
    action: {
      type: 'startWorkflow',
      workflowType: 'trigger' satisfies typeof trigger.name,
      workflowId: scheduleId(project, name),
      taskQueue: taskQueues.orchestration,
      args: [{ event }],
      memo: { definition },
      typedSearchAttributes: runAttributes({ project }),
      staticSummary: summaryOf(`schedule ${name} of ${project}`),
    },
  };
}

const overlaps = {
  skip: ScheduleOverlapPolicy.SKIP,
  bufferOne: ScheduleOverlapPolicy.BUFFER_ONE,
  allowAll: ScheduleOverlapPolicy.ALLOW_ALL,
} as const satisfies Readonly<Record<ScheduleDefinition['overlap'], ScheduleOverlapPolicy>>;

/** All of it at once, and a sentence for each that was not as the file says. */
export async function syncSchedules(
  schedules: ScheduleClient,
  project: string,
  policy: TriggerPolicy,
): Promise<readonly string[]> {
  const changes = await changesOfSchedules(schedules, project, policy);
  await applyScheduleChanges(schedules, project, changes);
  return changes.flatMap(({ kind, name }) =>
    kind === 'keep' ? [] : [`Schedule ${name}: ${doneWords[kind]}.`],
  );
}

const doneWords = { add: 'added', change: 'changed', remove: 'removed' } as const;
