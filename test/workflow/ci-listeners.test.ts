import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { CiRunInput } from '../../core/ci.ts';
import { taskQueues } from '../../core/ids.ts';
import type * as workflows from '../../workflows/index.ts';
import type { CiListener } from '../../workflows/messages.ts';
import { commit, openStage } from './harness.ts';
import type { Stage } from './harness.ts';
import { passed, World } from './world.ts';

const run: CiRunInput = { project: 'longhaul/flights', commit, trigger: { kind: 'push', by: 'ann' } };

let stage: Stage;
let world: World;
let runs = 0;
beforeAll(async () => {
  stage = await openStage(() => ({
    decideTrigger: () => Promise.resolve({ actions: [{ kind: 'ci', run, release: 'first' }], told: ['CI.'] }),
    startCi: () => Promise.resolve({ id: 'ci/that-was-terminated', runId: 'of-long-ago' }),
  }));
});
afterAll(() => stage.close());
beforeEach(() => {
  world = new World();
});

const start = (change: Partial<CiRunInput> = {}) =>
  stage.env.client.workflow.start<typeof workflows.ciRun>('ciRun', {
    workflowId: `ci/longhaul/heard/${commit}-${(runs += 1)}`,
    taskQueue: taskQueues.orchestration,
    args: [{ project: 'longhaul/flights', commit, trigger: { kind: 'push', by: 'ann' }, ...change }],
  });

/** Any workflow that stays open keeps what it is told in its history. */
async function openListener(): Promise<{
  readonly id: string;
  told(): Promise<readonly string[]>;
  close(): Promise<void>;
}> {
  const handle = await stage.env.client.workflow.start<typeof workflows.ciRun>('ciRun', {
    workflowId: `listener-${(runs += 1)}`,
    taskQueue: 'nobody-works-here',
    args: [{ project: 'longhaul/flights', commit, trigger: { kind: 'push', by: 'ann' } }],
  });
  return {
    id: handle.workflowId,
    async told() {
      const { events = [] } = await handle.fetchHistory();
      return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
        if (signal?.signalName === undefined || signal.signalName === null) return [];
        const data = signal.input?.payloads?.[0]?.data;
        return [`${signal.signalName} ${Buffer.from(data ?? '').toString()}`];
      });
    },
    close: async () => {
      await handle.terminate();
    },
  };
}

const listenTo = (workflowId: string, hears: CiListener['hears']): [CiListener] => [{ workflowId, hears }];

/** A step that goes on until it is cancelled, and word of its beginning. */
function stuck(step: string): Promise<void> {
  let begun: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (begun = resolve));
  world.stepOutcomes.set(step, async () => {
    begun();
    const beat = setInterval(() => {
      Context.current().heartbeat();
    }, 50);
    try {
      return await Context.current().cancelled;
    } finally {
      clearInterval(beat);
    }
  });
  return running;
}

// First: the server skips no time any more once a run has ended whose steps were cancelled.
it('is found out to have ended by a trigger that waits for it and was told nothing', async () => {
  const result = await stage.run(world, () =>
    stage.env.client.workflow.execute<typeof workflows.trigger>('trigger', {
      workflowId: 'trigger/told-nothing',
      taskQueue: taskQueues.orchestration,
      args: [{ event: { kind: 'schedule', project: run.project, schedule: 'nightly' } }],
    }),
  );
  expect(result).toEqual({
    told: ['CI.', `CI of ${commit.slice(0, 12)} did not pass.`],
    started: ['ci/that-was-terminated'],
  });
});

it('tells each listener of its end, once, and those who hear steps of changes before', async () => {
  const [steps, end] = [await openListener(), await openListener()];
  world.stepOutcomes.set('data-validation', async () => {
    await vi.waitFor(async () => {
      expect(await steps.told()).not.toEqual([]);
    }, 15_000);
    return passed('data-validation');
  });
  await stage.run(world, async () => {
    const handle = await start();
    await handle.signal('listen', ...listenTo(steps.id, 'steps'));
    await handle.signal('listen', ...listenTo(end.id, 'end'));
    await handle.signal('listen', ...listenTo(end.id, 'end'));
    await handle.result();
    const { workflowId: id, firstExecutionRunId: runId } = handle;
    const ended = `ciEnded ${JSON.stringify({ id, runId, passed: true })}`;
    expect(await end.told()).toEqual([ended]);
    const heard = await steps.told();
    expect(heard.at(-1)).toBe(ended);
    expect(new Set(heard.slice(0, -1))).toEqual(new Set([`ciChanged ${JSON.stringify({ id })}`]));
    expect(heard.length).toBeLessThanOrEqual(8);
  });
  await Promise.all([steps.close(), end.close()]);
});

it('tells of an end that is an error, and is not kept by a listener that is gone', async () => {
  const end = await openListener();
  let asked: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => (asked = resolve));
  world.git = () => ({
    resolvePlan: () =>
      heard.then(() =>
        Promise.reject(ApplicationFailure.nonRetryable('longhaul.yaml is wrong', 'InvalidConfig')),
      ),
  });
  await stage.run(world, async () => {
    const handle = await start();
    await handle.signal('listen', ...listenTo('nobody', 'end'));
    await handle.signal('listen', ...listenTo(end.id, 'end'));
    asked();
    await expect(handle.result()).rejects.toThrow();
    expect(await end.told()).toEqual([expect.stringMatching(/^ciEnded .*"passed":false/)]);
  });
  await end.close();
});

// The skipping server can lock up when two workflows signal each other at once: docs of it are in approvals.test.ts.
it(
  'makes way for a newer commit: its steps end, its report says so, and it ends well',
  { retry: 2, timeout: 30_000 },
  async () => {
    const newer = 'b'.repeat(40);
    const running = stuck('data-validation');
    const end = await openListener();
    const result = await stage.run(world, async () => {
      const handle = await start({ pullRequest: 7 });
      await handle.signal('listen', ...listenTo(end.id, 'end'));
      await running;
      await handle.signal('supersede', { commit: newer });
      await handle.signal('supersede', { commit: 'c'.repeat(40) });
      return handle.result();
    });
    expect(result).toMatchObject({ passed: false, supersededBy: newer, pullRequest: 7 });
    expect(result.steps.find(({ name }) => name === 'data-validation')?.outcome).toEqual({
      status: 'cancelled',
      reason: 'the run made way for bbbbbbbbbbbb',
    });
    expect(world.ran).not.toContain('train-sample');
    expect(await end.told()).toEqual([expect.stringContaining(`"supersededBy":"${newer}"`)]);
    await end.close();
  },
);

it('makes way before its first step', async () => {
  let asked: () => void = () => undefined;
  const superseded = new Promise<void>((resolve) => (asked = resolve));
  const real = world.git();
  world.git = () => ({
    resolvePlan: async (input) => {
      await superseded;
      return real.resolvePlan(input);
    },
  });
  const result = await stage.run(world, async () => {
    const handle = await start();
    await handle.signal('supersede', { commit: 'b'.repeat(40) });
    asked();
    return handle.result();
  });
  expect(world.ran).toEqual([]);
  expect(result.supersededBy).toBe('b'.repeat(40));
});

it('hands on that its code is a stranger’s, and whose configuration it has', async () => {
  const asked: unknown[] = [];
  const real = world.git();
  world.git = () => ({
    resolvePlan: (input) => {
      asked.push(input.configuration);
      return real.resolvePlan(input);
    },
  });
  world.stepOutcomes.set('lint', ({ run }) => {
    asked.push(run.untrusted);
    return Promise.resolve(passed('lint'));
  });
  const result = await stage.run(world, async () =>
    (await start({ untrusted: true, configuration: 'production' })).result(),
  );
  expect(asked).toEqual(['production', true]);
  expect(result).toMatchObject({ untrusted: true, configuration: 'production' });
});
