import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLaneActivities } from '../../activities/lanes/index.ts';
import type { LaneActivities } from '../../activities/contracts.ts';
import { laneId } from '../../core/ids.ts';
import { startDevServer } from '../client/dev-server.ts';
import type { DevServer } from '../client/dev-server.ts';

let server: DevServer;
let lanes: LaneActivities;

beforeAll(async () => {
  server = await startDevServer();
  lanes = createLaneActivities({ client: server.environment.client });
});
afterAll(() => server.stop());

const lane = { model: 'flights', environment: 'staging' };
const ticket = { holder: 'release/flights/0123456789ab-1', runId: 'run' };

test('a lane exists from the first request on, and a closed one has nothing to leave', async () => {
  const handle = server.environment.client.workflow.getHandle(laneId(lane));
  await lanes.releaseLane({ lane, ...ticket });
  await expect(handle.describe()).rejects.toThrow();

  await lanes.requestLane({ lane, ...ticket });
  const { runId } = await handle.describe();
  await lanes.requestLane({ lane, ...ticket });
  expect((await handle.describe()).runId).toBe(runId);

  const { events } = await handle.fetchHistory();
  const signals = events?.flatMap(
    (event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? [],
  );
  expect(signals).toEqual(['wish', 'wish']);

  const run = { workflowId: laneId(lane), runId };
  expect(await lanes.isOpen(run)).toBe(true);
  await handle.terminate();
  expect(await lanes.isOpen(run)).toBe(false);
  await lanes.releaseLane({ lane, ...ticket });
});

test('a workflow that never was is not open', async () => {
  expect(
    await lanes.isOpen({ workflowId: 'release/none', runId: '00000000-0000-0000-0000-000000000000' }),
  ).toBe(false);
});
