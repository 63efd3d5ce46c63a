import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { LonghaulError } from '../../core/errors.ts';
import { createActivityMetrics } from '../../workers/metrics/activities.ts';
import { activityInterceptors } from '../../workers/run-worker.ts';

/** Runs one activity as a worker would, and what the worker counts of it. */
async function runActivity(
  activity: () => Promise<unknown>,
): Promise<{ readonly error: unknown; readonly metrics: string }> {
  const metrics = createActivityMetrics('steps');
  const environment = new MockActivityEnvironment(
    { activityType: 'resolvePlan' },
    { interceptors: activityInterceptors(metrics) },
  );
  const error: unknown = await environment.run(activity).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, metrics: await metrics.registry.metrics() };
}

test.each([
  ['UnknownCommit', true],
  ['Unreachable', false],
] as const)('%s leaves the worker with its type, and with nonRetryable %s', async (type, nonRetryable) => {
  const { error, metrics } = await runActivity(() =>
    Promise.reject(new LonghaulError(type, 'What happened.')),
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({ type, nonRetryable, message: 'What happened.' });
  expect(metrics).toContain(
    'longhaul_activity_attempts_total{activity="resolvePlan",outcome="failed",queue="steps"} 1',
  );
});

test('a cancellation stays one, and is counted apart from failures', async () => {
  const { error, metrics } = await runActivity(() => Promise.reject(new CancelledFailure('cancelled')));
  expect(error).toBeInstanceOf(CancelledFailure);
  expect(metrics).toContain('outcome="cancelled",queue="steps"} 1');
  expect(metrics).toContain('outcome="failed",queue="steps"} 0');
});

test('what has ended is timed and no longer counted as running', async () => {
  const { metrics } = await runActivity(() => Promise.resolve('done'));
  expect(metrics).toContain('longhaul_activities_running{activity="resolvePlan",queue="steps"} 0');
  expect(metrics).toMatch(/duration_seconds_count\{.*outcome="completed"\} 1/);
});
