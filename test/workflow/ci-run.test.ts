import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CiRunResult } from '../../core/ci.ts';
import { taskQueues } from '../../core/ids.ts';
import type * as workflows from '../../workflows/index.ts';
import { commit, openStage } from './harness.ts';
import type { Stage } from './harness.ts';
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

const start = () =>
  stage.env.client.workflow.start<typeof workflows.ciRun>('ciRun', {
    workflowId: `ci/longhaul/flights/${commit}-${(runs += 1)}`,
    taskQueue: taskQueues.orchestration,
    args: [{ project: 'longhaul/flights', commit, trigger: { kind: 'push', by: 'ann' } }],
  });
const ciRun = async (): Promise<CiRunResult> => (await start()).result();
const statuses = (result: CiRunResult): Record<string, string> =>
  Object.fromEntries(result.steps.map(({ name, outcome }) => [name, outcome.status]));

describe('a CI run', () => {
  it('runs the guide’s graph in its order and passes what a step left to the steps that need it', async () => {
    const inputs: Record<string, readonly string[]> = {};
    for (const name of ['train-sample', 'evaluate']) {
      world.stepOutcomes.set(name, (input) => {
        inputs[name] = input.inputs.map(({ path }) => path);
        return Promise.resolve(passed(name));
      });
    }
    const result = await stage.run(world, ciRun);
    expect(result.passed).toBe(true);
    expect(world.ran[0]).toBe('lint');
    expect(new Set(world.ran.slice(1, 4))).toEqual(
      new Set(['unit-tests', 'data-validation', 'feature-tests']),
    );
    expect(world.ran.slice(4)).toEqual(['train-sample', 'evaluate']);
    expect(inputs).toEqual({
      'train-sample': ['out/unit-tests', 'out/data-validation', 'out/feature-tests'],
      evaluate: ['out/train-sample'],
    });
  });

  it('runs independent steps side by side', async () => {
    let together = 0;
    let release: () => void = () => undefined;
    const bothRunning = new Promise<void>((resolve) => (release = resolve));
    for (const name of ['unit-tests', 'data-validation']) {
      world.stepOutcomes.set(name, async () => {
        if ((together += 1) === 2) release();
        await bothRunning;
        return passed(name);
      });
    }
    expect((await stage.run(world, ciRun)).passed).toBe(true);
  });

  it('skips what depends on a failed step, and nothing else', async () => {
    world.stepOutcomes.set('unit-tests', () => Promise.resolve(failed('coverage 71 % is below 80 %')));
    const result = await stage.run(world, ciRun);
    expect(result.passed).toBe(false);
    expect(statuses(result)).toEqual({
      lint: 'passed',
      'unit-tests': 'failed',
      'data-validation': 'passed',
      'feature-tests': 'passed',
      'train-sample': 'skipped',
      evaluate: 'skipped',
    });
    expect(result.steps[4]?.outcome).toMatchObject({ reason: 'unit-tests failed' });
  });

  it('tries again when the infrastructure fails, and tells the reason when it gives up', async () => {
    let tries = 0;
    world.stepOutcomes.set('lint', () => {
      tries += 1;
      throw ApplicationFailure.retryable('the mirror cannot be reached', 'Unreachable');
    });
    const result = await stage.run(world, ciRun);
    expect(tries).toBe(2);
    expect(result.steps[0]?.outcome).toMatchObject({
      status: 'failed',
      reason: 'the mirror cannot be reached (2 attempts ended by 2 × a fault of the infrastructure)',
    });
  });

  it('ends its steps when it is cancelled, still writes its report, and ends as cancelled', async () => {
    let ended = false;
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    world.stepOutcomes.set('lint', async () => {
      begun();
      const beat = setInterval(() => {
        Context.current().heartbeat();
      }, 50);
      try {
        return await Context.current().cancelled;
      } catch (error) {
        ended = true;
        throw error;
      } finally {
        clearInterval(beat);
      }
    });
    const error: unknown = await stage.run(world, async () => {
      const handle = await start();
      await running;
      await handle.cancel();
      return handle.result().catch((reason: unknown) => reason);
    });
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(ended).toBe(true);
  });
});
