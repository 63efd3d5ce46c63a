import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { stringify } from 'yaml';
import { FailureInterceptor } from '../../../activities/failure.ts';
import { createRecordActivities } from '../../../activities/records/index.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { ciRunId, namespace, taskQueues } from '../../../core/ids.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { StepOutcome } from '../../../core/step.ts';
import { homePaths, type HomePaths } from '../../../local/home.ts';
import type * as workflows from '../../../workflows/index.ts';
import { createRepository } from '../../activities/workspace/repository.ts';
import { startDevServer, type DevServer } from '../../client/dev-server.ts';
import { workflowBundle } from '../../workflow/harness.ts';
import { createStepWorker, type StepWorker } from './step-worker.ts';

/** A real Temporal and a machine that trains, as a worker process that can be ended; workflows run in this process. */
export interface TrainingStage {
  /** Outside of all that Longhaul knows. */
  readonly folder: string;
  /** What the home is on. */
  readonly disk: string;
  readonly home: HomePaths;
  readonly store: ArtifactStore;
  readonly worker: StepWorker;
  /** Runs CI of a commit with these files and the one step `train`, while `disturb` does what it does. */
  readonly train: (given: {
    readonly files: Readonly<Record<string, string>>;
    readonly step: object;
    readonly disturb?: () => Promise<void>;
  }) => Promise<StepOutcome>;
  readonly close: () => Promise<void>;
}

const project = 'acme/model';

/** `diskSize`: the home is on a disk of its own of this size, such as `48m`; only root can mount one. */
export async function openTrainingStage(diskSize?: string): Promise<TrainingStage> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-training-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  if (diskSize !== undefined) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskSize}`, 'longhaul-test', disk]);
  }
  const home = homePaths(join(disk, 'home'));
  mkdirSync(home.root);
  const server = await startDevServer();
  const repository = createRepository(join(folder, 'origin'));
  const store = createArtifactStore({ home });
  const operatorsFile = {
    version: 1,
    temporal: { address: server.environment.address, namespace: namespace.name },
    projects: { [project]: { url: repository.url } },
  };
  writeFileSync(home.serverConfig, stringify(operatorsFile));
  const worker = createStepWorker(server, home.root, join(folder, 'worker.log'));
  const stopWorkflows = await startWorkflows(server, store);
  await worker.start();
  return {
    ...{ folder, disk, home, store, worker },
    async train({ files, step, disturb }) {
      const commit = repository.commit({ ...files, 'longhaul.yaml': stringify(projectFile(step)) });
      const handle = await server.environment.client.workflow.start<typeof workflows.ciRun>('ciRun', {
        workflowId: ciRunId(project, commit),
        taskQueue: taskQueues.orchestration,
        args: [{ project, commit, trigger: { kind: 'person', by: 'a tester' } }],
      });
      const [{ steps }] = await Promise.all([handle.result(), disturb?.()]);
      const outcome = steps[0]?.outcome;
      if (outcome === undefined) throw new Error('The run has no step.');
      return outcome;
    },
    async close() {
      await worker.end('SIGKILL');
      await stopWorkflows();
      await server.stop();
      if (diskSize !== undefined) execFileSync('umount', ['-l', disk]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

const projectFile = (step: object) => ({
  version: 1,
  project,
  model: 'model',
  python: { requirements: [] },
  ci: { steps: { train: step } },
});

async function startWorkflows(
  { environment }: DevServer,
  store: ArtifactStore,
): Promise<() => Promise<void>> {
  const orchestration = await Worker.create({
    connection: environment.nativeConnection,
    namespace: namespace.name,
    taskQueue: taskQueues.orchestration,
    workflowBundle: await workflowBundle(),
    activities: createRecordActivities({ store }),
    interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
  });
  const running = orchestration.run();
  return async () => {
    orchestration.shutdown();
    await running;
  };
}
