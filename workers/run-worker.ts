import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';
import { FailureInterceptor } from '../activities/failure.ts';
import { checkServer } from '../client/check-server.ts';
import { connectToTemporal, temporalSettings } from '../client/connection.ts';
import { LonghaulError } from '../core/errors.ts';
import { taskQueues } from '../core/ids.ts';
import type { TaskQueue } from '../core/ids.ts';
import { repositoryRoot } from '../local/tools.ts';
import { createDependencies, knownSecretValues } from './dependencies.ts';
import type { WorkerParts } from './dependencies.ts';
import { createLogger } from './log.ts';
import { createActivityMetrics } from './metrics/activities.ts';
import type { ActivityMetrics } from './metrics/activities.ts';
import { publishMetrics, sdkMetrics, sdkMetricsPort } from './metrics/publish.ts';
import type { PublishedMetrics } from './metrics/publish.ts';
import { withProcessMetrics } from './metrics/process.ts';
import type { Scraped } from './metrics/server.ts';
import { readSettings } from './settings.ts';
import type { WorkerSettings } from './settings.ts';

/** What sets the worker of one task queue apart. */
export interface WorkerPlan {
  readonly queue: TaskQueue;
  readonly activities: (parts: WorkerParts) => object;
  /** What a predecessor may have left, ended before anything is taken. */
  readonly takeOver?: (parts: WorkerParts) => Promise<void>;
  /** Metrics beside those of its activities. */
  readonly gauges?: (parts: WorkerParts) => Scraped;
  /** Activities at a time, where the settings do not say. */
  readonly concurrency: number;
  readonly workflows?: Pick<
    WorkerOptions,
    'maxConcurrentWorkflowTaskExecutions' | 'maxConcurrentWorkflowTaskPolls' | 'maxCachedWorkflows'
  >;
}

/**
 * Runs a worker until SIGTERM or SIGINT: it takes nothing new, gives running activities their grace, then cancels
 * them (a training goes on elsewhere from its checkpoint). An error is told in a line and gives exit code 1.
 */
export async function runWorker(plan: WorkerPlan): Promise<void> {
  try {
    await runUntilShutdown(plan, readSettings());
  } catch (error) {
    const trace =
      process.env['LONGHAUL_DEBUG'] === '1' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
    process.stderr.write(
      `worker ${plan.queue}: ${error instanceof Error ? error.message : String(error)}${trace}\n`,
    );
    process.exitCode = 1;
  }
}

async function runUntilShutdown(plan: WorkerPlan, settings: WorkerSettings): Promise<void> {
  const dependencies = createDependencies(settings.serverFile);
  const temporal = temporalSettings(dependencies.config);
  const connection = await connectToTemporal(temporal);
  let published: PublishedMetrics | undefined;
  let native: NativeConnection | undefined;
  try {
    await checkServer(connection, temporal.namespace);
    const sdkPort = await sdkMetricsPort(settings);
    installRuntime(plan.queue, sdkPort, await knownSecretValues(dependencies.config));
    const client = new Client({ connection, namespace: temporal.namespace });
    const parts = { ...dependencies, client };
    const metrics = createActivityMetrics(plan.queue);
    published = await publishMetrics(settings, sdkPort, [
      withProcessMetrics(metrics, dependencies.home.root),
      ...(plan.gauges === undefined ? [] : [plan.gauges(parts)]),
    ]);
    await plan.takeOver?.(parts);
    native = await NativeConnection.connect(temporal.options);
    const worker = await Worker.create({
      ...sharedOptions,
      ...(settings.graceSeconds === undefined ? {} : { shutdownGraceTime: settings.graceSeconds * 1_000 }),
      connection: native,
      namespace: temporal.namespace,
      identity: `${plan.queue}:${process.pid}@${hostname()}`,
      taskQueue: taskQueues[plan.queue],
      activities: plan.activities(parts),
      maxConcurrentActivityTaskExecutions: settings.concurrency ?? plan.concurrency,
      interceptors: { activity: activityInterceptors(metrics) },
      ...(plan.workflows === undefined
        ? {}
        : { ...plan.workflows, workflowBundle: { codePath: workflowBundle() } }),
    });
    void dependencies.caches.keepWithinLimit();
    await worker.run();
  } finally {
    await published?.stop();
    await native?.close();
    await connection.close();
  }
}

/** Around every activity: counted and timed outside, its errors turned into failures inside. */
export const activityInterceptors = ({ interceptor }: ActivityMetrics): ActivityInterceptorsFactory[] => [
  interceptor,
  () => ({ inbound: new FailureInterceptor() }),
];

const sharedOptions = {
  shutdownGraceTime: '10s',
  shutdownForceTime: '40s',
  /** After a killed worker, its workflows go on elsewhere within a second. */
  stickyQueueScheduleToStartTimeout: '1s',
  /** Progress of a training is seen while it is news. */
  maxHeartbeatThrottleInterval: '2s',
  defaultHeartbeatThrottleInterval: '2s',
} as const satisfies Partial<WorkerOptions>;

function installRuntime(queue: TaskQueue, sdkPort: number | null, secrets: readonly string[]): void {
  Runtime.install({
    logger: createLogger(secrets),
    shutdownSignals: ['SIGINT', 'SIGTERM'],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(sdkPort === null ? {} : { metrics: sdkMetrics(queue, sdkPort) }),
    },
  });
}

/** The workflows, bundled once at build time. @throws LonghaulError NotFound */
function workflowBundle(): string {
  const file = join(repositoryRoot(), 'dist', 'workflow-bundle.js');
  if (existsSync(file)) return file;
  throw new LonghaulError('NotFound', `The workflows are not bundled: there is no ${file}.`, {
    mend: 'Run: npm run build',
  });
}
