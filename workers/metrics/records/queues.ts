import type { Client } from '@temporalio/client';
import { taskQueues } from '../../../core/ids.ts';
import type { TaskQueue } from '../../../core/ids.ts';
import { sample } from '../../../core/monitoring/metric.ts';
import type { Sample } from '../../../core/monitoring/metric.ts';
import { recordMetrics } from '../../../core/monitoring/record-metrics.ts';

/** Temporal's numbers for the kinds of tasks. */
const kinds = { workflow: 1, activity: 2 } as const;
type Tasks = keyof typeof kinds;

/** Asks Temporal how many tasks wait in each queue that Longhaul uses, for how long, and who polls. */
export async function readQueues(client: Client): Promise<readonly Sample[]> {
  const used = Object.keys(taskQueues).flatMap((queue): readonly (readonly [TaskQueue, Tasks])[] => [
    [queue as TaskQueue, 'activity'],
    ...(queue === 'orchestration' ? ([['orchestration', 'workflow']] as const) : []),
  ]);
  const samples = await Promise.all(used.map(([queue, tasks]) => readQueue(client, queue, tasks)));
  return samples.flat();
}

async function readQueue(client: Client, queue: TaskQueue, tasks: Tasks): Promise<readonly Sample[]> {
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueues[queue] },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is in a package of the SDK's own
    taskQueueType: kinds[tasks],
    reportStats: true,
  });
  const { approximateBacklogCount: count, approximateBacklogAge: age } = stats ?? {};
  const labels = { queue, tasks };
  return [
    sample(recordMetrics.queuePollers, labels, pollers.length),
    sample(recordMetrics.queueBacklog, labels, Number(count ?? 0)),
    sample(recordMetrics.queueBacklogAge, labels, Number(age?.seconds ?? 0)),
  ];
}
