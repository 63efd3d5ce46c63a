import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLaneActivities } from '../../../activities/lanes/index.ts';
import type { FreezeWindow } from '../../../config/freeze-config.ts';
import { laneId, taskQueues } from '../../../core/ids.ts';
import type * as workflows from '../../../workflows/index.ts';
import { laneFreeze, laneThaw } from '../../../workflows/lane-messages.ts';
import { releaseStatus } from '../../../workflows/messages.ts';
import { nextReleaseId, openStage, releaseInput, say } from '../harness.ts';
import type { Stage } from '../harness.ts';
import { World } from '../world.ts';

const production = { model: 'flight-delay', environment: 'production' };
const hour = 3_600_000;

let stage: Stage;
let world: World;
let windows: readonly FreezeWindow[] = [];
beforeAll(async () => {
  stage = await openStage((client) =>
    createLaneActivities({
      client,
      freezesOf: (environment) => (environment === 'production' ? windows : []),
    }),
  );
});
afterAll(() => stage.close());
beforeEach(() => {
  world = new World();
  windows = [];
  say(stage, world, 'waitingForApproval', 'approve');
});

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** `Fri 16:00`, of a time in milliseconds. */
const weekly = (ms: number): string => {
  const time = new Date(ms);
  return `${days[time.getUTCDay()] ?? ''} ${time.toISOString().slice(11, 16)}`;
};

/** A freeze of this length that began an hour ago, and does so every week. */
async function frozenFor(hours: number, change: Partial<FreezeWindow> = {}): Promise<number> {
  const now = await stage.env.currentTimeMs();
  const minute = Math.floor(now / 60_000) * 60_000;
  const [from, to] = [minute - hour, minute + (hours - 1) * hour];
  windows = [
    {
      ...{ from: weekly(from), to: weekly(to), timezone: 'UTC', reason: 'weekend', hotfixes: false },
      ...change,
    },
  ];
  return to;
}

const start = (workflowId: string) =>
  stage.env.client.workflow.start<typeof workflows.release>('release', {
    workflowId,
    taskQueue: taskQueues.orchestration,
    args: [releaseInput],
  });

describe('a release that comes to a frozen lane', () => {
  it('waits for the end of the weekend, says so, and goes on by itself', async () => {
    const thawsAt = await frozenFor(63);
    const told: unknown[] = [];
    world.onPhase.set('deploying', ({ updatedAt }) => {
      told.push(Date.parse(updatedAt) >= thawsAt);
    });
    const record = await stage.run(world, async () => {
      const handle = await start(nextReleaseId());
      await expect
        .poll(async () => (await handle.query(releaseStatus)).waiting, { timeout: 60_000 })
        .toMatchObject({
          for: expect.stringContaining('lane production: frozen until') as string,
          until: new Date(thawsAt).toISOString(),
        });
      return handle.result();
    });
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(told).toEqual([true]);
    const { events = [] } = await stage.env.client.workflow.getHandle(laneId(production)).fetchHistory();
    expect(events?.length).toBeLessThan(4_000);
  });

  it('does not wait where it is a hotfix and the freeze lets these pass', async () => {
    const thawsAt = await frozenFor(63, { hotfixes: true });
    const record = await stage.run(world, () => stage.release({ hotfix: true }));
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(Date.parse(record.updatedAt)).toBeLessThan(thawsAt);
  });

  it('does not keep a rollback out', async () => {
    const record = await stage.run(world, () => stage.release());
    const thawsAt = await frozenFor(63);
    const undone = await stage.run(world, () =>
      stage.env.client.workflow.execute<typeof workflows.rollback>('rollback', {
        workflowId: `rollback/${record.id}`,
        taskQueue: taskQueues.orchestration,
        args: [{ release: record.id, by: 'ann', reason: 'complaints' }],
      }),
    );
    expect(undone.outcome).toMatchObject({ kind: 'rolledBack' });
    expect(Date.parse(undone.updatedAt)).toBeLessThan(thawsAt);
  });
});

describe('a freeze by hand', () => {
  it('holds, with who and why, until somebody thaws the lane', async () => {
    const { client } = stage.env;
    const lane = await client.workflow.start<typeof workflows.lane>('lane', {
      workflowId: laneId(production),
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      taskQueue: taskQueues.orchestration,
      args: [{ lane: production }],
    });
    expect(await lane.executeUpdate(laneThaw, { args: [{ by: 'ann' }] })).toEqual({
      accepted: false,
      message: 'nobody has frozen it by hand',
    });
    await expect(lane.executeUpdate(laneFreeze, { args: [{ by: 'ann', reason: '' }] })).rejects.toMatchObject(
      { cause: { message: expect.stringContaining('Say why') as string } },
    );
    const over = { by: 'ann', reason: 'audit', until: '2020-01-01T00:00:00.000Z' };
    expect(await lane.executeUpdate(laneFreeze, { args: [over] })).toMatchObject({ accepted: false });
    expect(await lane.executeUpdate(laneFreeze, { args: [{ by: 'ann', reason: 'incident 7' }] })).toEqual({
      accepted: true,
      message: 'frozen by ann until it is thawed: incident 7',
    });
    const record = await stage.run(world, async () => {
      const handle = await start(nextReleaseId());
      await expect
        .poll(async () => (await handle.query(releaseStatus)).waiting?.for, { timeout: 60_000 })
        .toBe('lane production: frozen by ann until it is thawed: incident 7');
      expect(await lane.executeUpdate(laneThaw, { args: [{ by: 'bea' }] })).toMatchObject({ accepted: true });
      return handle.result();
    });
    expect(record.outcome).toEqual({ kind: 'released' });
  });
});
