/** Worker of the queue longhaul-deploy: the registry, the rollouts, the looks and the load tests. */
import { createLoadTestActivities } from '../activities/load-test/index.ts';
import { createWatchActivities } from '../activities/metrics/index.ts';
import { createRegistryActivities } from '../activities/registry/index.ts';
import { createRolloutActivities } from '../activities/rollout/index.ts';
import { runWorker } from './run-worker.ts';

await runWorker({
  queue: 'deploy',
  concurrency: 10,
  activities: ({ caches, home, metricSource, registry, store, targetOf, tools, workspace }) => ({
    ...createRegistryActivities({ registry }),
    ...createRolloutActivities({ caches, targetOf }),
    ...createWatchActivities({ metricSource }),
    ...createLoadTestActivities({ home, store, workspace, k6: () => tools.k6 }),
  }),
});
