/** Worker of the queue longhaul-orchestration: every workflow, and the quick activities beside them. */
import { createApprovalActivities } from '../activities/approvals/index.ts';
import { addressesInMirror } from '../activities/approvals/authors.ts';
import { createDeliveryActivities } from '../activities/deliveries/index.ts';
import { createWakeAnnouncer } from '../activities/announce/wake.ts';
import { createLaneActivities } from '../activities/lanes/index.ts';
import { createPressActivities } from '../activities/notify/presses.ts';
import { createRecordActivities } from '../activities/records/index.ts';
import { createTriggerActivities } from '../activities/triggers/index.ts';
import { startCiRun } from '../client/ci-runs.ts';
import { sendToRelease, startOrFindRelease } from '../client/releases.ts';
import { syncSchedules } from '../client/schedules/project-schedules.ts';
import { announceActivities, announces } from './announcements.ts';
import { signingSecretOf } from './front-door.ts';
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
  activities: (parts) => {
    const { client, config, forge, freezesOf, notifier, serving, store, workspace } = parts;
    const wake = createWakeAnnouncer(client, (line) => process.stderr.write(`${line}\n`));
    const announce = announces(parts) ? wake : () => Promise.resolve();
    return {
      ...createRecordActivities({ store, announce }),
      ...createLaneActivities({ client, freezesOf }),
      ...createDeliveryActivities({ forge }),
      ...createApprovalActivities({
        ...{ config: serving, forge },
        signingSecret: signingSecretOf(config),
        addressesOf: addressesInMirror(workspace.mirrors),
      }),
      ...createPressActivities({
        notifier,
        send: (id, word, person, key) => sendToRelease(client, id, word, person, key),
      }),
      ...announceActivities(parts),
      ...createTriggerActivities({
        ...{ client, store, mirrors: workspace.mirrors, forge, server: serving },
        startCi: async (input, listener) => {
          const run = await startCiRun(client, input, listener);
          await announce({ kind: 'ci', id: run.id, project: input.project, commit: input.commit });
          return run;
        },
        releases: {
          start: (input, how) => startOrFindRelease({ client, store }, input, how),
          send: (id, message, person, key) => sendToRelease(client, id, message, person, key),
        },
        syncSchedules: (project, policy) => syncSchedules(client.schedule, project, policy),
      }),
    };
  },
  gauges: ({ store, client }) => createRecordGauges({ store, client }),
});
