/** A worker of the queue orchestration in a process of its own, to be killed: ADDRESS NAMESPACE BUNDLE. */
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createLaneActivities } from '../../../activities/lanes/index.ts';
import { taskQueues } from '../../../core/ids.ts';

const [address = '', namespace = '', codePath = ''] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const client = new Client({ connection: await Connection.connect({ address }), namespace });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue: taskQueues.orchestration,
  workflowBundle: { codePath },
  activities: createLaneActivities({ client }),
  // What a killed worker has cached goes on elsewhere after this: for each of 200 that wait.
  stickyQueueScheduleToStartTimeout: '100ms',
});
await worker.run();
