import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import type { RunStepInput } from '../../activities/contracts.ts';
import type { StepOutcome, TrainingAttempt } from '../../core/step.ts';
import { createActivityMetrics } from '../../workers/metrics/activities.ts';
import { stepInput } from '../activities/steps/step-site.ts';

const unitTests = stepInput('c0ffee', {
  name: 'unit-tests (3.11)',
  matrix: { step: 'unit-tests', values: {} },
});
const facts = { seconds: 12, documents: [], notes: [] };
const passed = { status: 'passed', outputs: [], ...facts } as const;

/** Runs the steps as a worker does, and reads a counter as Prometheus would: by name, and labels but the queue. */
async function counted(
  outcomes: readonly StepOutcome[],
  input: RunStepInput = unitTests,
): Promise<(name: string, labels?: Readonly<Record<string, string>>) => Promise<number | undefined>> {
  const metrics = createActivityMetrics('steps');
  for (const outcome of outcomes) {
    const environment = new MockActivityEnvironment(
      { activityType: 'runStep' },
      { interceptors: [metrics.interceptor] },
    );
    const run = (given: RunStepInput): Promise<StepOutcome> => {
      expect(given).toBe(input);
      return Promise.resolve(outcome);
    };
    await environment.run(run, input);
  }
  return async (name, labels = {}) => {
    const { values } = (await metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
    const wanted = { project: 'acme/model', step: 'unit-tests', ...labels };
    return values.find((value) => Object.entries(wanted).every(([key, is]) => value.labels[key] === is))
      ?.value;
  };
}

describe('what a worker counts of its steps', () => {
  test('by project, step of the file and status, from 0 on', async () => {
    const at = await counted([passed, { status: 'failed', reason: 'exit 1', lastLines: [], ...facts }]);
    expect(await at('longhaul_steps_total', { status: 'passed' })).toBe(1);
    expect(await at('longhaul_steps_total', { status: 'failed' })).toBe(1);
    expect(await at('longhaul_steps_total', { status: 'timedOut' })).toBe(0);
    expect(await at('longhaul_step_failures_total', { cause: 'unknown' })).toBe(1);
  });

  test('a result that was taken over saves its time, and counts no test twice', async () => {
    const tests = { passed: 40, failed: 0, skipped: 2 };
    const flaky = [{ name: 'tests/test_a.py::test_b', failures: 1, tries: 2, message: 'assert 0.49 > 0.5' }];
    const takenFrom = {
      run: 'ci/acme/model/beef',
      commit: 'beef',
      at: '2026-11-23T14:00:00.000Z',
      seconds: 95,
    };
    const at = await counted([
      { ...passed, tests, flaky },
      { ...passed, tests, flaky, takenFrom },
    ]);
    expect(await at('longhaul_steps_taken_over_total')).toBe(1);
    expect(await at('longhaul_step_seconds_saved_total')).toBe(95);
    expect(await at('longhaul_tests_total', { result: 'passed' })).toBe(40);
    expect(await at('longhaul_flaky_tests_total')).toBe(1);
    expect(await at('longhaul_step_duration_seconds', { le: '+Inf' })).toBe(1);
  });

  test('every attempt of a training once, also those whose worker died before it could tell', async () => {
    const attempt = (number: number, ended: TrainingAttempt['ended'], lost: number): TrainingAttempt => ({
      ...{ number, ended, host: 'a', startedAt: '', endedAt: '', settings: {}, fromEpoch: 0, toEpoch: 3 },
      ...{
        checkpoint: 2,
        secondsUseful: 60,
        secondsLost: lost,
        gpus: 2,
        rungs: number > 2 ? ['half batch'] : [],
      },
    });
    const attempts = [
      attempt(1, 'preemption', 7),
      attempt(2, 'outOfMemory', 5),
      attempt(3, 'infrastructure', 3),
      attempt(4, 'passed', 0),
    ];
    const training = (until: number) => ({
      ...{ epoch: 3, epochs: 3, resumedFrom: 2, attempt: until, metrics: {} },
      ledger: { attempts: attempts.slice(0, until), seconds: { useful: 0, lost: 0, waiting: 0 } },
    });
    const at = await counted([
      { status: 'failed', reason: 'memory', lastLines: [], ...facts, training: training(2) },
      { ...passed, training: training(4) },
    ]);
    for (const ended of ['preemption', 'outOfMemory', 'infrastructure', 'passed'])
      expect(await at('longhaul_training_attempts_total', { ended })).toBe(1);
    expect(await at('longhaul_training_seconds_total', { kind: 'useful' })).toBe(240);
    expect(await at('longhaul_training_seconds_total', { kind: 'lost' })).toBe(15);
    expect(await at('longhaul_training_gpu_seconds_total')).toBe(2 * 255);
    expect(await at('longhaul_training_memory_rungs_total', { rung: 'half batch' })).toBe(2);
  });

  test('a training on the gpu queue is told as 0 before it can tell how it ended', async () => {
    const gpu = { ...unitTests, step: { ...unitTests.step, queue: 'gpu' } } as const;
    const at = await counted([passed], gpu);
    expect(await at('longhaul_training_attempts_total', { ended: 'outOfMemory' })).toBe(0);
    expect(await at('longhaul_training_seconds_total', { kind: 'lost' })).toBe(0);
  });

  test('a result that cannot be read costs no step', async () => {
    const at = await counted([null as unknown as StepOutcome, passed]);
    expect(await at('longhaul_steps_total', { status: 'passed' })).toBe(1);
  });
});
