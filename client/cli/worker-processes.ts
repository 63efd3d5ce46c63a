import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LonghaulError } from '../../core/errors.ts';
import { taskQueues } from '../../core/ids.ts';
import type { TaskQueue } from '../../core/ids.ts';
import type { HomePaths } from '../../local/home.ts';
import { endLeftover } from '../../local/supervisor/process-group.ts';
import { isRunning, startTimeOf } from '../../local/supervisor/process-identity.ts';
import type { ProcessIdentity } from '../../local/supervisor/process-identity.ts';

/** A worker that `longhaul up` started; one a task queue. */
export interface WorkerProcess extends ProcessIdentity {
  readonly queue: TaskQueue;
  readonly logFile: string;
}

export const workerQueues = Object.keys(taskQueues) as readonly TaskQueue[];

const fileOf = (home: HomePaths, queue: string): string => join(home.workers, `${queue}.json`);

/** Where a worker tells Prometheus of its metrics. */
const targetsOf = (home: HomePaths, queue: string): string => join(home.workerTargets, `${queue}.json`);

/** The workers of this home that run now. */
export async function runningWorkers(home: HomePaths): Promise<readonly WorkerProcess[]> {
  const files = (await readdir(home.workers).catch(() => [])).filter((file) => file.endsWith('.json'));
  const workers = await Promise.all(files.map((file) => readWorker(join(home.workers, file))));
  const alive = await Promise.all(
    workers.map(async (worker) => worker !== null && (await isRunning(worker))),
  );
  return workers.filter((worker, index): worker is WorkerProcess => worker !== null && alive[index] === true);
}

/** Null for a file that is gone or half-written; then there is no worker to know of. */
async function readWorker(file: string): Promise<WorkerProcess | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as WorkerProcess;
  } catch {
    return null;
  }
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
  mkdirSync(home.logs, { recursive: true });
  const logFile = join(home.logs, `worker-${queue}.log`);
  const log = openSync(logFile, 'a', 0o600);
  const ports = ['--metrics-port', 'auto', '--sdk-metrics-port', 'auto'];
  const metrics = [...ports, '--metrics-targets', targetsOf(home, queue)];
  try {
    const child = spawn(process.execPath, [workerMain(queue), '--server', serverFile, ...metrics], {
      detached: true,
      cwd: home.root,
      stdio: ['ignore', log, log],
      env: { ...process.env, LONGHAUL_HOME: home.root },
    });
    await once(child, 'spawn');
    child.unref();
    const pid = child.pid ?? 0;
    const worker = { queue, pid, startTime: (await startTimeOf(pid)) ?? 'ended', logFile };
    await writeFile(fileOf(home, queue), `${JSON.stringify(worker)}\n`);
    return worker;
  } catch (cause) {
    throw new LonghaulError('NotReady', `The worker ${queue} cannot be started: ${String(cause)}.`, {
      mend: 'See what lacks with: longhaul doctor',
      cause,
    });
  } finally {
    closeSync(log);
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

/** The newest line of a worker's log, for telling why it ended. */
export async function lastLogLine(worker: WorkerProcess): Promise<string> {
  const text = await readFile(worker.logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1) ?? '';
}
