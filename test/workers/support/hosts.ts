import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { stringify } from 'yaml';
import { FailureInterceptor } from '../../../activities/failure.ts';
import { createRecordActivities } from '../../../activities/records/index.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { awaitPolling } from '../../../client/cli/worker-readiness.ts';
import { createLonghaulClient } from '../../../client/longhaul-client.ts';
import type { LonghaulClient } from '../../../client/longhaul-client.ts';
import type { S3Config } from '../../../config/store-config.ts';
import { namespace, taskQueues } from '../../../core/ids.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { homePaths } from '../../../local/home.ts';
import { startTimeOf } from '../../../local/supervisor/process-identity.ts';
import type { DevServer } from '../../client/dev-server.ts';
import { workflowBundle } from '../../workflow/harness.ts';

/** Machines that share a Temporal and nothing else, unless they have an S3 store. */
export interface Hosts {
  readonly client: LonghaulClient;
  readonly store: ArtifactStore;
  /** Ends all workers. */
  readonly stop: () => Promise<void>;
}

/** A machine with a worker for steps: what sets it apart from the others. */
export interface Host {
  /** Its LONGHAUL_HOME. */
  readonly home: string;
  /** Steps at a time. */
  readonly concurrency: number;
  readonly umask: string;
}

/** Writes each host's operator's file and starts its worker, as a process; workflows and records run in this one. */
export async function startHosts(given: {
  readonly server: DevServer;
  readonly hosts: readonly [Host, ...Host[]];
  readonly projects: Readonly<Record<string, string>>;
  readonly s3?: S3Config;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Hosts> {
  const { server, hosts, projects, s3, env } = given;
  const { client, connection, nativeConnection } = server.environment;
  const store = createArtifactStore({
    ...(s3 === undefined ? {} : { store: { s3 } }),
    home: homePaths(hosts[0].home),
  });
  const config = {
    version: 1,
    temporal: { address: server.environment.address, namespace: namespace.name },
    ...(s3 === undefined ? {} : { store: { s3 } }),
    projects: Object.fromEntries(Object.entries(projects).map(([id, url]) => [id, { url }])),
  };
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((end) => end()));
  };
  try {
    for (const host of hosts) {
      const { worker, end } = await startStepsWorker(host, config, env);
      stops.push(end);
      await awaitPolling(connection, namespace.name, worker, 60_000);
    }
    const worker = await Worker.create({
      connection: nativeConnection,
      namespace: namespace.name,
      taskQueue: taskQueues.orchestration,
      workflowBundle: await workflowBundle(),
      activities: createRecordActivities({ store }),
      interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
    });
    const running = worker.run();
    stops.push(async () => {
      worker.shutdown();
      await running;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { client: createLonghaulClient({ client, store }), store, stop };
}

async function startStepsWorker({ home, concurrency, umask }: Host, config: object, env: NodeJS.ProcessEnv) {
  await mkdir(home, { recursive: true });
  const paths = homePaths(home);
  await writeFile(paths.serverConfig, stringify(config));
  const main = fileURLToPath(new URL('../../../workers/steps.ts', import.meta.url));
  const line = `umask ${umask}; exec "$0" "$@"`;
  const child = spawn('sh', ['-c', line, process.execPath, main, '--concurrency', String(concurrency)], {
    env: { ...ownEnvironment(), ...env, LONGHAUL_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const logFile = join(home, 'worker.log');
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const pid = child.pid ?? 0;
  const startTime = (await startTimeOf(pid)) ?? 'ended';
  return {
    worker: { queue: 'steps', pid, startTime, logFile } as const,
    end: async () => {
      child.kill('SIGTERM');
      await ended;
      log.end();
    },
  };
}

/** The tester's own operator's file and Temporal must not win over the test's. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|AWS_|LONGHAUL_SERVER$)/.test(name)),
  );
