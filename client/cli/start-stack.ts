import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { loadServerConfig } from '../../config/load-server.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { HomePaths } from '../../local/home.ts';
import { findTools } from '../../local/tools.ts';
import { startSupervisor, stopSupervisor } from '../../local/up.ts';
import { checkServer } from '../check-server.ts';
import { connectToTemporal, temporalSettings } from '../connection.ts';
import { keepWebhooks, stopWebhooks } from './webhooks-process.ts';
import type { KeptWebhooks } from './webhooks-process.ts';
import { runningWorkers, startWorker, stopWorker, workerQueues } from './worker-processes.ts';
import type { WorkerProcess } from './worker-processes.ts';
import { awaitPolling } from './worker-readiness.ts';

export interface StartedStack {
  readonly config: ServerConfig;
  readonly alreadyRunning: boolean;
  readonly workers: readonly WorkerProcess[];
  /** Those that this call started. */
  readonly started: readonly WorkerProcess[];
  /** Where the operator's file asks for a webhook server. */
  readonly webhooks: KeptWebhooks | null;
}

const workersPollWithinMs = 90_000;

/**
 * Brings up what is not up yet: the supervisor with its servers, then one worker a task queue, and waits until all of
 * them poll. What this call started is ended again when it fails. @throws LonghaulError
 */
export async function startStack(
  home: HomePaths,
  serverFile: string,
  tell: (line: string) => void,
): Promise<StartedStack> {
  const server = loadServerConfig(serverFile);
  const { alreadyRunning } = await startSupervisor({
    home,
    server,
    tools: findTools(),
    onProgress: ({ name, state, problem }) => {
      tell(problem === null ? `${name} is ${state}` : `${name} is ${state}: ${problem}`);
    },
  });
  try {
    const { workers, started } = await startWorkers(home, server, serverFile, tell);
    const webhooks = await keepWebhooks(home, server, serverFile);
    if (webhooks !== null) tell(`webhooks listens (process ${webhooks.process.pid})`);
    return { config: server, alreadyRunning, workers, started, webhooks };
  } catch (error) {
    if (!alreadyRunning) await stopSupervisor(home);
    throw error;
  }
}

async function startWorkers(
  home: HomePaths,
  server: ServerConfig,
  serverFile: string,
  tell: (line: string) => void,
): Promise<Pick<StartedStack, 'workers' | 'started'>> {
  const settings = temporalSettings(server);
  const connection = await connectToTemporal(settings);
  const started: WorkerProcess[] = [];
  try {
    await awaitRegistered(connection, settings.namespace);
    const running = await runningWorkers(home);
    for (const queue of workerQueues) {
      if (!running.some((worker) => worker.queue === queue))
        started.push(await startWorker(home, queue, serverFile));
    }
    const workers = [...running, ...started];
    await Promise.all(
      workers.map(async (worker) => {
        await awaitPolling(connection, settings.namespace, worker, workersPollWithinMs);
        tell(`worker ${worker.queue} polls (process ${worker.pid})`);
      }),
    );
    return { workers, started };
  } catch (error) {
    await Promise.all(started.map((worker) => stopWorker(home, worker)));
    throw error;
  } finally {
    await connection.close();
  }
}

/** A server that has just started registers its namespace and search attributes in its first seconds. */
async function awaitRegistered(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      await checkServer(connection, namespace);
      return;
    } catch (error) {
      if (!(error instanceof LonghaulError) || Date.now() > deadline) throw error;
      await delay(250);
    }
  }
}

/** Ends workers and webhook server first, so that nothing is taken up any more, then the supervisor. True if anything ran. */
export async function stopStack(home: HomePaths): Promise<boolean> {
  const workers = await runningWorkers(home);
  const [listened] = await Promise.all([
    stopWebhooks(home),
    ...workers.map((worker) => stopWorker(home, worker)),
  ]);
  return (await stopSupervisor(home)) || workers.length > 0 || listened;
}
