/** Worker of the queue longhaul-orchestration: every workflow, and the quick activities beside them. */
import { createForgeActivities } from '../activities/forge/open-revert.ts';
import { createLaneActivities } from '../activities/lanes/index.ts';
import { createRecordActivities } from '../activities/records/index.ts';
import { createTriggerActivities } from '../activities/triggers/index.ts';
import { startCiRun } from '../client/ci-runs.ts';
import { sendToRelease, startOrFindRelease } from '../client/releases.ts';
import { syncSchedules } from '../client/schedules/project-schedules.ts';
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
  activities: ({ client, forge, freezesOf, serving, store, workspace }) => ({
    ...createRecordActivities({ store }),
    ...createLaneActivities({ client, freezesOf }),
    ...createForgeActivities({ ...workspace, forge, projects: () => serving().projects }),
    ...createTriggerActivities({
      ...{ client, store, mirrors: workspace.mirrors, forge, server: serving },
      startCi: (input, listener) => startCiRun(client, input, listener),
      releases: {
        start: (input, how) => startOrFindRelease({ client, store }, input, how),
        send: (id, message, person) => sendToRelease(client, id, message, person),
      },
      syncSchedules: (project, policy) => syncSchedules(client.schedule, project, policy),
    }),
  }),
  gauges: ({ store, client }) => createRecordGauges({ store, client }),
});
