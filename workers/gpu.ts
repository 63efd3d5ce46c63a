/** Worker of the queue longhaul-gpu: full trainings, one at a time. */
import { createStepActivities } from '../activities/steps/index.ts';
import { endAttemptsOfLostWorkers } from './lost-workers.ts';
import { runWorker } from './run-worker.ts';

await runWorker({
  queue: 'gpu',
  takeOver: endAttemptsOfLostWorkers,
  concurrency: 1,
  activities: ({ caches, config, home, store, workspace }) =>
    createStepActivities({ caches, home, store, workspace, mlflowTrackingUri: config.mlflow.trackingUri }),
});
