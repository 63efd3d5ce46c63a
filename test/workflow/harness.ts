import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Runtime, DefaultLogger, Worker } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createLaneActivities } from '../../activities/lanes/index.ts';
import type { ReleaseInput, ReleasePhase, ReleaseRecord } from '../../core/release.ts';
import { searchAttributes, taskQueues } from '../../core/ids.ts';
import { findTools } from '../../local/tools.ts';
import type { ReleaseMessage } from '../../workflows/messages.ts';
import type * as workflows from '../../workflows/index.ts';
import { World } from './world.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The workflows' bundle, made once a test process. */
export const workflowBundle = (): Promise<WorkflowBundleWithSourceMap> =>
  (bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }));

/** A Temporal server that skips time, and workers on every queue, with a {@link World} behind the activities. */
export interface Stage {
  readonly env: TestWorkflowEnvironment;
  /** Runs `body` while the activities are those of `world`. */
  run<T>(world: World, body: () => Promise<T>): Promise<T>;
  release(input?: Partial<ReleaseInput>, id?: string): Promise<ReleaseRecord>;
  close(): Promise<void>;
}

export const commit = 'c0ffee0000000000000000000000000000000000';

export const releaseInput: ReleaseInput = {
  project: 'longhaul/flights',
  commit,
  attempt: 1,
  trigger: { kind: 'person', by: 'ann' },
};

let releases = 0;
export const nextReleaseId = (): string => `release/flight-delay/c0ffee-${(releases += 1)}`;

/** Time is skipped whenever every workflow waits: for one workflow at a time. */
export const openStage = async (more?: MoreActivities): Promise<Stage> =>
  stageOn(await startSkippingServer(), more);

/** The SDK gives the server five seconds, which a cold JVM on a busy machine may need more than once. */
export async function startSkippingServer(tries = 4): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: findTools().testServer },
    });
  } catch (error) {
    if (tries === 1 || !String(error).includes('did not start within')) throw error;
    return startSkippingServer(tries - 1);
  }
}

/**
 * A real server with real time: for workflows that meet. `longestHistory` is the number of events from which it
 * suggests a continue-as-new; its own default when absent.
 */
export const openRealStage = async (
  options: { readonly longestHistory?: number; readonly more?: MoreActivities } = {},
): Promise<Stage> =>
  stageOn(
    await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: findTools().temporal },
        extraArgs: [
          'history.transferProcessorMaxPollRPS=1000',
          ...(options.longestHistory === undefined
            ? []
            : [`limit.historyCount.suggestContinueAsNew=${options.longestHistory}`]),
        ].flatMap((value) => ['--dynamic-config-value', value]),
      },
    }),
    options.more,
  );

/** Activities of the queue orchestration beside those of the world. */
type MoreActivities = (client: TestWorkflowEnvironment['client']) => object;

async function stageOn(env: TestWorkflowEnvironment, more?: MoreActivities): Promise<Stage> {
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map((name) => [name, 2])),
  });
  const present: { world: World } = { world: new World() };
  const workers = await workersFor(env, present, more?.(env.client) ?? {});
  const running = workers.map((worker) => worker.run());
  return {
    env,
    run: (world, body) => {
      present.world = world;
      return body();
    },
    release: (input = {}, id = nextReleaseId()) =>
      env.client.workflow.execute<typeof workflows.release>('release', {
        workflowId: id,
        taskQueue: taskQueues.orchestration,
        args: [{ ...releaseInput, ...input }],
      }),
    close: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await env.teardown();
    },
  };
}

type Area = 'git' | 'steps' | 'records' | 'approvals' | 'registry' | 'rollout' | 'watch' | 'loadTest';

/** The activities of the world that is present when they are called. */
function activitiesOf(present: { readonly world: World }, ...areas: readonly Area[]): object {
  const call =
    (area: Area, name: string) =>
    (input: unknown): unknown => {
      const implementation = (
        present.world[area]() as unknown as Record<string, (given: unknown) => unknown>
      )[name];
      if (implementation === undefined) throw new Error(`The world has no activity ${name}.`);
      return implementation(input);
    };
  const names = areas.flatMap((area) =>
    Object.keys(present.world[area]()).map((name) => [name, call(area, name)]),
  );
  return Object.fromEntries(names) as object;
}

/** An activity hears of its cancellation with its next heartbeat. */
const promptly = {
  maxHeartbeatThrottleInterval: '200ms',
  defaultHeartbeatThrottleInterval: '200ms',
} as const;

async function workersFor(
  env: TestWorkflowEnvironment,
  present: { readonly world: World },
  more: object,
): Promise<readonly Worker[]> {
  const connection = env.nativeConnection;
  const worker = (taskQueue: string, activities: object): Promise<Worker> =>
    Worker.create({ connection, taskQueue, activities, ...promptly });
  return [
    await Worker.create({
      connection,
      taskQueue: taskQueues.orchestration,
      ...promptly,
      workflowBundle: await workflowBundle(),
      activities: {
        ...activitiesOf(present, 'records', 'approvals'),
        ...createLaneActivities({ client: env.client }),
        ...more,
      },
    }),
    await worker(taskQueues.steps, activitiesOf(present, 'git', 'steps')),
    await worker(taskQueues.gpu, activitiesOf(present, 'steps')),
    await worker(taskQueues.deploy, activitiesOf(present, 'registry', 'rollout', 'watch', 'loadTest')),
  ];
}

/** Answers with a signal as soon as the release enters a phase. */
export function say(
  stage: Stage,
  world: World,
  phase: ReleasePhase,
  message: ReleaseMessage,
  comment = '',
): void {
  world.onPhase.set(phase, async (record) => {
    await stage.env.client.workflow.getHandle(record.id).signal(message, { by: 'ann', comment });
  });
}
