import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { LonghaulError } from '../../core/errors.ts';
import { taskQueues } from '../../core/ids.ts';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { lastLogLine } from './detached-process.ts';
import type { WorkerProcess } from './worker-processes.ts';

/** TASK_QUEUE_TYPE_ACTIVITY */
const activityQueue = 2;

/** Resolves once Temporal sees the worker poll its queue. @throws LonghaulError NotReady, with the worker's last line */
export async function awaitPolling(
  connection: Pick<Connection, 'workflowService'>,
  namespace: string,
  worker: WorkerProcess,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await polls(connection, namespace, worker))) {
    if (!(await isRunning(worker))) throw notReady(worker, 'ended at once', await lastLogLine(worker));
    if (Date.now() > deadline) throw notReady(worker, 'does not poll its queue', await lastLogLine(worker));
    await delay(200);
  }
}

async function polls(
  { workflowService }: Pick<Connection, 'workflowService'>,
  namespace: string,
  worker: WorkerProcess,
): Promise<boolean> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueues[worker.queue] },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is in a package of the SDK's own
    taskQueueType: activityQueue,
  });
  return pollers.some(({ identity }) => identity?.startsWith(`${worker.queue}:${worker.pid}@`) === true);
}

const notReady = (worker: WorkerProcess, what: string, lastLine: string): LonghaulError =>
  new LonghaulError('NotReady', `The worker ${worker.queue} ${what}: ${lastLine}`, {
    mend: `Its log is ${worker.logFile}`,
  });
