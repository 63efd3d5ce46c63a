import type { Connection } from '@temporalio/client';
import type { ServerConfig } from '../../config/server-config.ts';
import { taskQueues } from '../../core/ids.ts';
import type { TaskQueue } from '../../core/ids.ts';
import { formatDuration } from '../../core/time.ts';
import { checkServer } from '../check-server.ts';
import { connectToTemporal, temporalSettings } from '../connection.ts';
import type { TemporalSettings } from '../connection.ts';
import { ok, problem, problemOf, warning } from './finding.ts';
import type { Area, Check, Finding, Found } from './finding.ts';

/** Temporal itself, its namespace with the search attributes, and the workers of each queue. */
export const temporalCheck = (config: ServerConfig): Check => ({
  area: 'connections',
  name: 'Temporal',
  look: async () => {
    const settings = temporalSettings(config);
    const connection = await connectToTemporal(settings);
    try {
      return await lookAround(connection, settings);
    } finally {
      await connection.close();
    }
  },
});

async function lookAround(connection: Connection, settings: TemporalSettings): Promise<readonly Finding[]> {
  const { address, namespace } = settings;
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  const name = `namespace ${namespace}`;
  const server = finding('connections', 'Temporal', ok(`${serverVersion} at ${address}`));
  try {
    await checkServer(connection, namespace);
  } catch (error) {
    return [server, finding('connections', name, problemOf(error, 'Run: longhaul up'))];
  }
  const queues = Object.keys(taskQueues) as TaskQueue[];
  const workers = await Promise.all(queues.map((queue) => workersOf(connection, namespace, queue)));
  return [server, finding('connections', name, ok('is there, with every search attribute')), ...workers];
}

const finding = (area: Area, name: string, found: Found): Finding => ({ area, name, ...found });

/** TASK_QUEUE_TYPE_ACTIVITY */
const activityQueue = 2;

async function workersOf(connection: Connection, namespace: string, queue: TaskQueue): Promise<Finding> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueues[queue] },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is in a package of the SDK's own
    taskQueueType: activityQueue,
  });
  const seen = pollers.map(({ deploymentOptions, identity, lastAccessTime }) => ({
    identity: identity ?? 'unknown',
    version: deploymentOptions?.buildId ?? '',
    at: Number(lastAccessTime?.seconds ?? 0) * 1000,
  }));
  return finding('workers', queue, judgeWorkers(queue, seen, Date.now()));
}

export interface SeenWorker {
  readonly identity: string;
  /** Empty where it tells none. */
  readonly version: string;
  /** When it last asked for work, in milliseconds since the epoch. */
  readonly at: number;
}

/** A worker asks again within a minute; Temporal forgets it after five. */
const goneAfterMs = 90_000;

/** What each queue's work is, and whether nothing at all goes on without it. */
const purposes: Readonly<Record<TaskQueue, { readonly what: string; readonly vital: boolean }>> = {
  orchestration: { what: 'no run or release goes on', vital: true },
  steps: { what: 'no step of CI runs', vital: true },
  gpu: { what: 'no training of a release runs', vital: false },
  deploy: { what: 'no release is registered or deployed', vital: false },
};

export function judgeWorkers(queue: TaskQueue, seen: readonly SeenWorker[], now: number): Found {
  const alive = seen.filter(({ at }) => now - at < goneAfterMs);
  if (alive.length > 0) {
    return ok(
      alive
        .map(({ identity, version }) => (version === '' ? identity : `${identity} of ${version}`))
        .join(', '),
    );
  }
  const { what, vital } = purposes[queue];
  const last = seen.reduce((newest, { at }) => Math.max(newest, at), 0);
  const ago = last === 0 ? '' : `, the last ${formatDuration(now - last)} ago`;
  const told = `no worker asks for work${ago}: ${what}`;
  return (vital ? problem : warning)(told, 'Start what is not running: longhaul up');
}
