import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { FailureInterceptor } from '../../activities/failure.ts';
import { LonghaulError } from '../../core/errors.ts';

async function failureOf(error: Error): Promise<unknown> {
  const environment = new MockActivityEnvironment(
    {},
    { interceptors: [() => ({ inbound: new FailureInterceptor() })], logger: new DefaultLogger('ERROR') },
  );
  return environment.run(() => Promise.reject(error)).catch((failure: unknown) => failure);
}

test('an error of ours keeps its type, and only what a retry can mend is retried', async () => {
  const cause = new Error('no route');
  const unreachable = await failureOf(
    new LonghaulError('Unreachable', 'MLflow is gone.', { mend: 'Wait.', cause }),
  );
  expect(unreachable).toBeInstanceOf(ApplicationFailure);
  expect(unreachable).toMatchObject({
    type: 'Unreachable',
    message: 'MLflow is gone. Wait.',
    nonRetryable: false,
    cause,
  });
  expect(await failureOf(new LonghaulError('UnknownCommit', 'No.'))).toMatchObject({ nonRetryable: true });
});

test('a known cause goes along, of ours and of others', async () => {
  const diagnosis = { id: 'x', kind: 'code', cause: 'it is old', mend: 'Renew it.' } as const;
  const ours = new LonghaulError('DataUnavailable', 'Data is not whole.', { mend: 'Renew it.', diagnosis });
  expect(await failureOf(ours)).toMatchObject({
    message: 'Data is not whole. Renew it.',
    details: [{ reason: 'Data is not whole.', failure: diagnosis }],
  });
  const full = new Error('ENOSPC: no space left on device, write');
  expect(await failureOf(full)).toMatchObject({
    nonRetryable: false,
    details: [{ failure: { id: 'disk-full', kind: 'infrastructure' } }],
  });
});

test('a cancellation stays one, and a fault of the program stays what it is', async () => {
  const cancelled = new CancelledFailure('CANCELLED');
  expect(await failureOf(cancelled)).toBe(cancelled);
  const fault = new TypeError('x is not a function');
  expect(await failureOf(fault)).toBe(fault);
});

test('a wait that the other side asks for is the wait before the next attempt', async () => {
  const limited = new LonghaulError('Unreachable', 'Too many requests.', { retryAfterMs: 60_000 });
  expect(await failureOf(limited)).toMatchObject({ nextRetryDelay: 60_000, nonRetryable: false });
});
