/** Worker of the queue longhaul-steps: commits, their configuration, and the commands of CI and releases. */
import { createGitActivities } from '../activities/git/index.ts';
import { createStepActivities } from '../activities/steps/index.ts';
import { endAttemptsOfLostWorkers } from './lost-workers.ts';
import { runWorker } from './run-worker.ts';

await runWorker({
  queue: 'steps',
  takeOver: endAttemptsOfLostWorkers,
  concurrency: 2,
  activities: ({ caches, config, serving, home, store, workspace }) => ({
    ...createGitActivities({ mirrors: workspace.mirrors, store, server: serving }),
    ...createStepActivities({
      ...{ caches, home, store, workspace },
      mlflowTrackingUri: config.mlflow.trackingUri,
    }),
  }),
});
