import { mkdirSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LonghaulError } from '../../core/errors.ts';
import { taskQueues } from '../../core/ids.ts';
import type { TaskQueue } from '../../core/ids.ts';
import type { HomePaths } from '../../local/home.ts';
import { endLeftover } from '../../local/supervisor/process-group.ts';
import { readRunning, startDetached } from './detached-process.ts';
import type { DetachedProcess } from './detached-process.ts';

/** A worker that `longhaul up` started; one a task queue. */
export interface WorkerProcess extends DetachedProcess {
  readonly queue: TaskQueue;
}

export const workerQueues = Object.keys(taskQueues) as readonly TaskQueue[];

const fileOf = (home: HomePaths, queue: string): string => join(home.workers, `${queue}.json`);

/** Where a worker tells Prometheus of its metrics. */
const targetsOf = (home: HomePaths, queue: string): string => join(home.workerTargets, `${queue}.json`);

/** The workers of this home that run now. */
export async function runningWorkers(home: HomePaths): Promise<readonly WorkerProcess[]> {
  const files = (await readdir(home.workers).catch(() => [])).filter((file) => file.endsWith('.json'));
  const workers = await Promise.all(
    files.map((file) => readRunning<WorkerProcess>(join(home.workers, file))),
  );
  return workers.filter((worker) => worker !== null);
}

/**
 * Starts the worker of a queue on its own, so that it outlives this command; its log is appended to.
 * @throws LonghaulError NotReady when it cannot be started at all
 */
export async function startWorker(
  home: HomePaths,
  queue: TaskQueue,
  serverFile: string,
): Promise<WorkerProcess> {
  mkdirSync(home.workers, { recursive: true });
  const logFile = join(home.logs, `worker-${queue}.log`);
  const ports = ['--metrics-port', 'auto', '--sdk-metrics-port', 'auto'];
  const metrics = [...ports, '--metrics-targets', targetsOf(home, queue)];
  try {
    const started = await startDetached(
      home,
      [workerMain(queue), '--server', serverFile, ...metrics],
      logFile,
    );
    const worker = { queue, ...started };
    await writeFile(fileOf(home, queue), `${JSON.stringify(worker)}\n`);
    return worker;
  } catch (cause) {
    throw new LonghaulError('NotReady', `The worker ${queue} cannot be started: ${String(cause)}.`, {
      mend: 'See what lacks with: longhaul doctor',
      cause,
    });
  }
}

/** The worker's program lies beside ours, from source or compiled. */
const workerMain = (queue: TaskQueue): string =>
  fileURLToPath(new URL(`../../workers/${queue}${extname(fileURLToPath(import.meta.url))}`, import.meta.url));

/** Ends a worker gracefully, by force after 20 seconds; what it ran goes on elsewhere or at the next start. */
export async function stopWorker(home: HomePaths, worker: WorkerProcess): Promise<void> {
  await endLeftover(worker, 20_000);
  await rm(fileOf(home, worker.queue), { force: true });
  await rm(targetsOf(home, worker.queue), { force: true });
}
