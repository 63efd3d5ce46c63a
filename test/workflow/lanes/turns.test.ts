import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { taskQueues } from '../../../core/ids.ts';
import type { LaneSpec, ReleaseInput } from '../../../core/release.ts';
import type * as workflows from '../../../workflows/index.ts';
import { releaseStatus } from '../../../workflows/messages.ts';
import { nextReleaseId, openRealStage, releaseInput, say } from '../harness.ts';
import type { Stage } from '../harness.ts';
import { quickPlan } from '../plan.ts';
import { World } from '../world.ts';

let stage: Stage;
let world: World;
beforeAll(async () => {
  stage = await openRealStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  world = new World();
  world.traffic = { requestsPerSecond: 500, candidateErrors: 0, championErrors: 0 };
  say(stage, world, 'waitingForApproval', 'approve');
});

function planWith(lane: Partial<LaneSpec>, canaryMs = 900): void {
  const plan = quickPlan();
  if (plan.release === undefined) throw new Error('The plan has a release.');
  const spec = { supersede: false, hotfixMayInterruptCanary: false, ...lane };
  const canary = { ...plan.release.canary, durationMs: canaryMs };
  world.plan = { ...plan, release: { ...plan.release, lane: spec, canary } };
}

const start = (workflowId: string, input: Partial<ReleaseInput> = {}) =>
  stage.env.client.workflow.start<typeof workflows.release>('release', {
    workflowId,
    taskQueue: taskQueues.orchestration,
    args: [{ ...releaseInput, ...input }],
  });

const resultOf = (id: string) => stage.env.client.workflow.getHandle<typeof workflows.release>(id).result();

/** Resolves when a release has entered the phase; `then` is waited for before it goes on. */
const entered = (
  phase: Parameters<World['onPhase']['set']>[0],
  id: string,
  then: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> =>
  new Promise((resolve) => {
    const before = world.onPhase.get(phase);
    world.onPhase.set(phase, async (record) => {
      await before?.(record);
      if (record.id !== id) return;
      resolve();
      await then();
    });
  });

const waitingOf = async (id: string) =>
  (await stage.env.client.workflow.getHandle(id).query(releaseStatus)).waiting;

it('undoes a canary for a hotfix where its file says so, and says for which', async () => {
  planWith({ hotfixMayInterruptCanary: true }, 60_000);
  const [canary, hotfix] = [nextReleaseId(), nextReleaseId()];
  const begun = entered('canary', canary);
  const [first, second] = await stage.run(world, async () => {
    await start(canary);
    await begun;
    planWith({});
    await start(hotfix, { hotfix: true });
    return Promise.all([resultOf(canary), resultOf(hotfix)]);
  });
  expect(first.outcome).toEqual({ kind: 'rolledBack', reason: `made way for the hotfix ${hotfix}` });
  expect(first.compensations.every(({ verified }) => verified)).toBe(true);
  expect(second.outcome).toEqual({ kind: 'released' });
  expect(world.production.stable?.release).toBe(hotfix);
});

it('lets a hotfix go before a release that came first', async () => {
  planWith({});
  const [canary, other, hotfix] = [nextReleaseId(), nextReleaseId(), nextReleaseId()];
  const order: string[] = [];
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const begun = entered('canary', canary, () => held);
  const otherWaits = entered('waitingForProductionLane', other);
  const hotfixWaits = entered('waitingForProductionLane', hotfix);
  world.onPhase.set('deploying', ({ id }) => {
    order.push(id);
  });
  const first = await stage.run(world, async () => {
    await start(canary);
    await begun;
    await start(other);
    await otherWaits;
    await expect
      .poll(() => waitingOf(other), { timeout: 30_000 })
      .toMatchObject({
        for: expect.stringContaining(`lane production: held by ${canary} since`) as string,
        behind: canary,
        until: expect.any(String) as string,
      });
    await start(hotfix, { hotfix: true });
    await hotfixWaits;
    await expect.poll(() => waitingOf(hotfix), { timeout: 30_000 }).toMatchObject({ behind: canary });
    go();
    await Promise.all([resultOf(other), resultOf(hotfix)]);
    return resultOf(canary);
  });
  expect(first.outcome).toEqual({ kind: 'released' });
  expect(order.slice(0, 2)).toEqual([canary, hotfix]);
});

it('ends the older of two that wait as superseded by the newer, where that says so', async () => {
  planWith({ supersede: true });
  const [canary, older, newer] = [nextReleaseId(), nextReleaseId(), nextReleaseId()];
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const begun = entered('canary', canary, () => held);
  const olderWaits = entered('waitingForProductionLane', older);
  const [first, second] = await stage.run(world, async () => {
    await start(canary);
    await begun;
    await start(older);
    await olderWaits;
    await start(newer);
    const superseded = await resultOf(older);
    go();
    return [superseded, await resultOf(canary)];
  });
  expect(first.outcome).toEqual({ kind: 'superseded', by: newer });
  expect(second.outcome).toEqual({ kind: 'released' });
  expect((await resultOf(newer)).outcome?.kind).toBe('released');
});
