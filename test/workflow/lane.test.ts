import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { laneId, rollbackId, taskQueues } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type * as workflows from '../../workflows/index.ts';
import { laneWish } from '../../workflows/lane-messages.ts';
import { nextReleaseId, openRealStage, releaseInput, say, workflowBundle } from './harness.ts';
import type { Stage } from './harness.ts';
import { quickPlan } from './plan.ts';
import { World } from './world.ts';

let stage: Stage;
let world: World;
beforeAll(async () => {
  stage = await openRealStage({ longestHistory: 12 });
});
afterAll(() => stage.close());
beforeEach(() => {
  world = new World();
  world.plan = quickPlan();
  world.traffic = { requestsPerSecond: 500, candidateErrors: 0, championErrors: 0 };
  say(stage, world, 'waitingForApproval', 'approve');
});

const production = { model: 'flight-delay', environment: 'production' };

const startRelease = (workflowId: string) =>
  stage.env.client.workflow.start<typeof workflows.release>('release', {
    workflowId,
    taskQueue: taskQueues.orchestration,
    args: [releaseInput],
  });

describe('the production lane', () => {
  it('is held by one release at a time; the next gets it when the first has ended', async () => {
    const inProduction = new Set<string>();
    let most = 0;
    world.onPhase.set('canary', ({ id }) => {
      inProduction.add(id);
      most = Math.max(most, inProduction.size);
    });
    world.onPhase.set('ended', ({ id }) => {
      inProduction.delete(id);
    });
    const [first, second] = await stage.run(world, async () => {
      const handles = [await startRelease(nextReleaseId()), await startRelease(nextReleaseId())];
      return Promise.all(handles.map((handle) => handle.result()));
    });
    expect(most).toBe(1);
    expect([first?.outcome?.kind, second?.outcome?.kind]).toContain('released');
  });

  it('reaches everyone in turn, although the lane goes on as new all the while', async () => {
    const handles = await stage.run(world, () =>
      Promise.all(Array.from({ length: 3 }, () => startRelease(nextReleaseId()))),
    );
    const records = await Promise.all(handles.map((handle) => handle.result()));
    const outcomes = records.map(({ outcome }) => outcome?.kind);
    expect(outcomes).toHaveLength(3);
    expect(outcomes).toContain('released');
    const lanes = stage.env.client.workflow.list({ query: "WorkflowType = 'lane'" });
    const statuses = [];
    for await (const { status } of lanes) statuses.push(status.name);
    expect(statuses).toContain('CONTINUED_AS_NEW');
  }, 120_000);

  it('takes a holder’s leaving and coming back in their order, though both came before the lane began to run', async () => {
    const { client } = stage.env;
    const ticket = { holder: 'release/flight-delay/back', runId: '00000000-0000-0000-0000-000000000000' };
    const lane = { model: 'other-model', environment: 'production' };
    const handle = await client.workflow.start<typeof workflows.lane>('lane', {
      workflowId: laneId(lane),
      taskQueue: 'nobody-works-here-yet',
      args: [{ lane, queue: [{ ...ticket, since: '2026-01-01T00:00:00.000Z' }] }],
    });
    await handle.signal(laneWish, { ...ticket, wish: 'leave' });
    await handle.signal(laneWish, { ...ticket, wish: 'enter' });
    const worker = await Worker.create({
      connection: stage.env.nativeConnection,
      taskQueue: 'nobody-works-here-yet',
      workflowBundle: await workflowBundle(),
    });
    const grants = async () =>
      ((await handle.fetchHistory()).events ?? []).filter(
        ({ signalExternalWorkflowExecutionInitiatedEventAttributes: grant }) =>
          grant?.signalName === 'laneGranted',
      );
    await worker.runUntil(() => expect.poll(grants, { timeout: 20_000 }).toHaveLength(1));
    await handle.terminate();
  });

  it('goes to the next in turn when its holder was terminated', async () => {
    await stage.env.client.workflow.start<typeof workflows.lane>('lane', {
      workflowId: laneId(production),
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      taskQueue: taskQueues.orchestration,
      args: [{ lane: production, checkHolderEveryMs: 200 }],
    });
    const gone = nextReleaseId();
    const next = nextReleaseId();
    let started: Promise<unknown> | undefined;
    world.onPhase.set('canary', async ({ id }) => {
      if (id !== gone) return;
      started = startRelease(next);
      await started;
    });
    world.onPhase.set('waitingForProductionLane', async ({ id }) => {
      if (id === next) await stage.env.client.workflow.getHandle(gone).terminate('lost');
    });
    const record = await stage.run(world, async () => {
      await (await startRelease(gone)).result().catch(() => undefined);
      return stage.env.client.workflow.getHandle<typeof workflows.release>(next).result();
    });
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(world.production.stable?.release).toBe(next);
  });
});

describe('the rollback of a finished release', () => {
  const rollback = (release: string) =>
    stage.env.client.workflow.execute<typeof workflows.rollback>('rollback', {
      workflowId: rollbackId(release),
      taskQueue: taskQueues.orchestration,
      args: [{ release, by: 'ann', reason: 'complaints' }],
    });
  const champion = { id: 'flight-delay-v1', release: 'release/flight-delay/old-1', version: '1' } as ArmSpec;

  it('puts traffic, servers, alias and staging back, and says so in the record', async () => {
    Object.assign(world.production, { stable: champion });
    world.aliases.set('champion', '1');
    world.versions = 1;
    const id = nextReleaseId();
    const record = await stage.run(world, async () => {
      await stage.release({}, id);
      return rollback(id);
    });
    expect(record.outcome).toEqual({ kind: 'rolledBack', reason: 'by ann: complaints' });
    expect(record.compensations.map(({ name, verified }) => [name, verified])).toEqual([
      ['production traffic', true],
      ['production servers and config', true],
      ['alias champion', true],
      ['staging', true],
    ]);
    expect(world.production.stable).toEqual(champion);
    expect(world.aliases.get('champion')).toBe('1');
  });

  it('is refused when a newer release is live', async () => {
    const id = nextReleaseId();
    const refusal = await stage.run(world, async () => {
      await stage.release({}, id);
      Object.assign(world.production, { stable: { ...champion, release: 'release/flight-delay/newer-1' } });
      return rollback(id).catch((error: unknown) => error);
    });
    expect(refusal).toMatchObject({
      cause: { message: expect.stringContaining('a newer release is live') as string },
    });
  });
});
