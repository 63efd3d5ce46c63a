import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunStepInput } from '../../activities/contracts.ts';
import type { CiRunResult } from '../../core/ci.ts';
import { taskQueues } from '../../core/ids.ts';
import type { FailureKind, StepOutcome, StepSpec } from '../../core/step.ts';
import type * as workflows from '../../workflows/index.ts';
import { releaseStatus } from '../../workflows/messages.ts';
import { commit, openStage } from './harness.ts';
import type { Stage } from './harness.ts';
import { plan, step } from './plan.ts';
import { failed, passed, World } from './world.ts';

let stage: Stage;
let world: World;
let runs = 0;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  world = new World();
});

const hour = 3_600_000;
const ladder = [
  { name: 'half the batch', env: { BATCH: '32' } },
  { name: 'mixed precision', env: { PRECISION: '16' } },
];

const failedBy = (kind: FailureKind, checkpoint = 0): StepOutcome => {
  const attempt = { checkpoint } as NonNullable<
    NonNullable<Extract<StepOutcome, { status: 'failed' }>['training']>['ledger']
  >['attempts'][number];
  const ledger = { attempts: [attempt], seconds: { useful: 0, lost: 0, waiting: 0 } };
  const facts = { epoch: checkpoint, epochs: 50, resumedFrom: 0, attempt: 1, metrics: {}, ledger };
  return {
    ...failed(`ended by ${kind}`),
    ...(kind === 'timeout' ? { status: 'timedOut' as const } : {}),
    failure: { id: kind, kind, cause: kind, mend: '' },
    training: facts,
  } as StepOutcome;
};

/** Runs a training whose attempts end one after the other as given, then pass. */
async function train(change: Partial<StepSpec>, ...ends: readonly (FailureKind | Error | StepOutcome)[]) {
  const attempts: RunStepInput[] = [];
  world.plan = { ...plan(), ci: { overlay: {}, steps: [step('train', [], change)] } };
  world.stepOutcomes.set('train', (input) => {
    attempts.push(input);
    const end = ends[attempts.length - 1];
    if (end instanceof Error) throw end;
    if (end === undefined) return Promise.resolve(passed('train'));
    return Promise.resolve(typeof end === 'string' ? failedBy(end) : end);
  });
  const workflowId = `ci/longhaul/flights/${commit}-attempts-${(runs += 1)}`;
  const result: CiRunResult = await stage.run(world, () =>
    stage.env.client.workflow.execute<typeof workflows.ciRun>('ciRun', {
      workflowId,
      taskQueue: taskQueues.orchestration,
      args: [{ project: 'longhaul/flights', commit, trigger: { kind: 'push', by: 'ann' } }],
    }),
  );
  const outcome = result.steps[0]?.outcome;
  if (outcome === undefined) throw new Error('The run has no step.');
  return { attempts, outcome, seconds: result.seconds, summaries: await summariesOf(workflowId) };
}

/** What the Temporal UI shows of each activity of a step. */
async function summariesOf(workflowId: string): Promise<readonly string[]> {
  const { events } = await stage.env.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? [])
    .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'runStep')
    .map(
      ({ userMetadata }) =>
        JSON.parse(Buffer.from(userMetadata?.summary?.data ?? []).toString() || '""') as string,
    );
}

const lost = (type: string) => ApplicationFailure.retryable('the worker was lost', type);
const away = ApplicationFailure.retryable('the store does not answer', 'Unreachable');

describe('a step that does not pass', () => {
  it('has a budget for preemption, however its worker was lost, and one for the infrastructure', async () => {
    const retries = { preemption: 3, infrastructure: 2, code: 0 };
    const ends = [lost('WorkerLost'), away, lost('WorkerShutdown'), away, 'preemption' as const];
    const { attempts, outcome, summaries, seconds } = await train({ retries }, ...ends);
    expect(outcome.status).toBe('passed');
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(attempts.at(-1)?.earlier).toMatchObject([
      { number: 1, ended: 'preemption', reason: 'the worker was lost' },
      { number: 2, ended: 'infrastructure', reason: 'the store does not answer' },
      { number: 3, ended: 'preemption' },
      { number: 4, ended: 'infrastructure' },
      { number: 5, ended: 'preemption', reason: 'ended by preemption' },
    ]);
    expect(seconds).toBeGreaterThanOrEqual(1 + 5 + 1 + 5 + 1);
    expect(seconds).toBeLessThan(60);
    expect(summaries).toEqual([
      'train',
      'train: attempt 2, after preemption',
      'train: attempt 3, after a fault of the infrastructure',
      'train: attempt 4, after preemption',
      'train: attempt 5, after a fault of the infrastructure',
      'train: attempt 6, after preemption',
    ]);
  });

  it('fails when the budget of one kind is spent, and says what was tried', async () => {
    const retries = { preemption: 1, infrastructure: 5, code: 0 };
    const { attempts, outcome } = await train({ retries }, lost('WorkerLost'), away, lost('WorkerLost'));
    expect(attempts).toHaveLength(3);
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: 'the worker was lost (3 attempts ended by 2 × preemption, 1 × a fault of the infrastructure)',
    });
  });

  it('is not tried again for what the commands did, unless the file says so', async () => {
    const none = await train({}, failed('1 test failed'));
    expect([none.attempts.length, none.outcome]).toMatchObject([1, { reason: '1 test failed' }]);
    const retries = { preemption: 0, infrastructure: 0, code: 1 };
    expect((await train({ retries }, failed('1 test failed'))).outcome.status).toBe('passed');
  });

  it('ends at once by what no attempt can mend', async () => {
    const wrong = ApplicationFailure.nonRetryable('no such file: requirements.txt', 'BrokenEnvironment');
    const { attempts, outcome } = await train({}, wrong);
    expect([attempts.length, outcome]).toMatchObject([1, { reason: 'no such file: requirements.txt' }]);
  });

  it('climbs the memory ladder a rung at a time', async () => {
    const { attempts, outcome, summaries } = await train(
      { onOutOfMemory: ladder },
      'outOfMemory',
      'outOfMemory',
    );
    expect(outcome.status).toBe('passed');
    expect(attempts.map(({ rungs }) => rungs)).toEqual([0, 1, 2]);
    expect(summaries[2]).toBe(
      'train: attempt 3, after running out of memory, half the batch, mixed precision',
    );
    const over = await train({ onOutOfMemory: ladder }, 'outOfMemory', 'outOfMemory', 'outOfMemory');
    expect(over.outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('the memory ladder has no further rung') as string,
    });
  });

  it('gets more time where the file says so: what is added from a checkpoint, all of it without', async () => {
    const more = { timeoutMs: 6 * hour, onTimeout: { extendMs: 2 * hour, times: 2 } };
    const limits = (attempts: readonly RunStepInput[]) =>
      attempts.map(({ step: { timeoutMs } }) => timeoutMs / hour);
    const trained = await train(more, failedBy('timeout', 31), failedBy('timeout', 45));
    expect(trained.outcome.status).toBe('passed');
    expect(limits(trained.attempts)).toEqual([6, 2, 2]);
    const anew = await train(more, 'timeout', 'timeout', 'timeout');
    expect(limits(anew.attempts)).toEqual([6, 8, 10]);
    expect(anew.outcome.status).toBe('timedOut');
  });
});

describe('the training of a release', () => {
  it('takes the limit that the release was started with, and keeps what it cost when it fails', async () => {
    const limits: number[] = [];
    world.stepOutcomes.set('train', ({ step: { timeoutMs } }) => {
      limits.push(timeoutMs);
      return Promise.resolve(failedBy('timeout', 31));
    });
    const record = await stage.run(world, () => stage.release({ trainTimeoutMs: 9 * hour }));
    expect(limits).toEqual([9 * hour]);
    expect(record).toMatchObject({
      outcome: { kind: 'failed', reason: 'train: ended by timeout' },
      training: { epoch: 31, ledger: { attempts: [{ checkpoint: 31 }] } },
    });
  });

  it('tells which attempt it waits for, and why', async () => {
    const retries = { preemption: 2, infrastructure: 0, code: 0 };
    const { release } = world.plan;
    if (release === undefined) throw new Error('The plan has a release.');
    world.plan = { ...world.plan, release: { ...release, train: { ...release.train, retries } } };
    const waits: unknown[] = [];
    let tries = 0;
    world.stepOutcomes.set('train', async () => {
      const handle = stage.env.client.workflow.getHandle(id);
      waits.push((await handle.query(releaseStatus)).waiting?.for);
      tries += 1;
      if (tries < 3) throw lost('WorkerLost');
      return failed('enough');
    });
    const id = `release/flight-delay/attempts-${(runs += 1)}`;
    await stage.run(world, () => stage.release({}, id));
    expect(waits).toEqual([
      'training on the gpu queue',
      'training on the gpu queue: attempt 2, after preemption',
      'training on the gpu queue: attempt 3, after preemption',
    ]);
  });
});
