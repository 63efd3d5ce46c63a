/** Worker of the queue longhaul-orchestration: every workflow, and the quick activities beside them. */
import { createLaneActivities } from '../activities/lanes/index.ts';
import { createRecordActivities } from '../activities/records/index.ts';
import { createRecordGauges } from './metrics/records/index.ts';
import { runWorker } from './run-worker.ts';

await runWorker({
  queue: 'orchestration',
  concurrency: 10,
  workflows: {
    maxConcurrentWorkflowTaskExecutions: 10,
    maxConcurrentWorkflowTaskPolls: 4,
    maxCachedWorkflows: 100,
  },
  activities: ({ store, client, freezesOf }) => ({
    ...createRecordActivities({ store }),
    ...createLaneActivities({ client, freezesOf }),
  }),
  gauges: ({ store, client }) => createRecordGauges({ store, client }),
});
