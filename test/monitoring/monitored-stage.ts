/** Workers of every queue in this process, on a real Temporal server, with their metrics served as in production. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { createLaneActivities } from '../../activities/lanes/index.ts';
import { createRecordActivities } from '../../activities/records/index.ts';
import { createArtifactStore } from '../../activities/store/index.ts';
import { createLonghaulClient } from '../../client/longhaul-client.ts';
import type { LonghaulClient } from '../../client/longhaul-client.ts';
import { searchAttributes, taskQueues } from '../../core/ids.ts';
import type { TaskQueue } from '../../core/ids.ts';
import { homePaths } from '../../local/home.ts';
import { findTools } from '../../local/tools.ts';
import { createActivityMetrics } from '../../workers/metrics/activities.ts';
import { withProcessMetrics } from '../../workers/metrics/process.ts';
import { sdkMetrics } from '../../workers/metrics/publish.ts';
import { createRecordGauges } from '../../workers/metrics/records/index.ts';
import { serveMetrics } from '../../workers/metrics/server.ts';
import type { MetricsServer } from '../../workers/metrics/server.ts';
import { freePort } from '../servers/process.ts';
import type { World } from '../workflow/world.ts';

export interface MonitoredStage {
  readonly client: LonghaulClient;
  /** `host:port` of each worker's metrics, of the SDK's, and of the gauges that are not served yet. */
  readonly addresses: readonly string[];
  /** From now on the gauges are served; what they tell is read at the first scrape. */
  serveRecordGauges(): Promise<void>;
  close(): Promise<void>;
}

export async function openMonitoredStage(world: World): Promise<MonitoredStage> {
  const sdkPort = await freePort();
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { metrics: sdkMetrics('orchestration', sdkPort) },
  });
  const home = homePaths(mkdtempSync(join(tmpdir(), 'longhaul-monitored-')));
  const store = createArtifactStore({ home });
  const environment = await startServer();
  const { client, nativeConnection: connection } = environment;
  const servers: MetricsServer[] = [];

  const work = async (queue: TaskQueue, options: Partial<WorkerOptions>): Promise<Worker> => {
    const metrics = createActivityMetrics(queue);
    servers.push(await serveMetrics([withProcessMetrics(metrics, home.root)], 0));
    const interceptors = { activity: [metrics.interceptor] };
    return Worker.create({ connection, taskQueue: taskQueues[queue], interceptors, ...options });
  };
  const workers = [
    await work('orchestration', {
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
        logger: new DefaultLogger('ERROR'),
      }),
      activities: { ...createRecordActivities({ store }), ...createLaneActivities({ client }) },
    }),
    await work('steps', { activities: { ...world.git(), ...world.steps() } }),
    await work('gpu', { activities: world.steps() }),
    await work('deploy', {
      activities: { ...world.registry(), ...world.rollout(), ...world.watch(), ...world.loadTest() },
    }),
  ];
  const running = workers.map((worker) => worker.run());
  const gaugesPort = await freePort();
  return {
    client: createLonghaulClient({ client, store }),
    addresses: [...servers.map(({ port }) => port), sdkPort, gaugesPort].map((port) => `127.0.0.1:${port}`),
    async serveRecordGauges() {
      servers.push(await serveMetrics([createRecordGauges({ client, store })], gaugesPort));
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      for (const server of servers) server.close();
      await environment.teardown();
      rmSync(home.root, { recursive: true, force: true });
    },
  };
}

async function startServer(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: findTools().temporal },
      extraArgs: [
        ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
        ...Object.values(searchAttributes).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
      ],
    },
  });
}
