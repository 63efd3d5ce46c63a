import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import { FailureInterceptor } from '../../../../activities/failure.ts';
import { createLaneActivities } from '../../../../activities/lanes/index.ts';
import { taskQueues } from '../../../../core/ids.ts';
import { workflowBundle } from '../../../workflow/harness.ts';
import type { World } from '../../../workflow/world.ts';
import type { DeployActivities } from './activities.ts';

export interface RunningWorker {
  stop(): Promise<void>;
}

const interceptors = { activity: [() => ({ inbound: new FailureInterceptor() })] };

/** All workers but that of the queue deploy; their activities are the world's, but for the lanes'. */
export async function startWorldWorkers(env: TestWorkflowEnvironment, world: World): Promise<RunningWorker> {
  const connection = env.nativeConnection;
  return running([
    await Worker.create({
      ...{ connection, interceptors, taskQueue: taskQueues.orchestration },
      workflowBundle: await workflowBundle(),
      activities: { ...world.records(), ...createLaneActivities({ client: env.client }) },
    }),
    await Worker.create({
      ...{ connection, interceptors, taskQueue: taskQueues.steps },
      activities: { ...world.git(), ...world.steps() },
    }),
    await Worker.create({
      ...{ connection, interceptors, taskQueue: taskQueues.gpu },
      activities: world.steps(),
    }),
  ]);
}

/** The worker of the queue deploy. */
export const startDeployWorker = async (
  connection: NativeConnection,
  activities: DeployActivities,
): Promise<RunningWorker> =>
  running([
    await Worker.create({
      ...{ connection, interceptors, taskQueue: taskQueues.deploy },
      activities,
      shutdownGraceTime: '1s',
    }),
  ]);

function running(workers: readonly Worker[]): RunningWorker {
  const ends = workers.map((worker) => worker.run());
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(ends);
    },
  };
}
