import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { toActivityFailure } from '../../activities/failure.ts';
import { LonghaulError } from '../../core/errors.ts';
import { endOfError } from '../../workflows/attempt-end.ts';

/** An activity's error as it arrives in a workflow. */
function arrived(error: unknown): ActivityFailure {
  const failure = toActivityFailure(error);
  if (!(failure instanceof ApplicationFailure)) throw new Error('no failure of an activity');
  return new ActivityFailure(
    'Activity task failed',
    'runStep',
    '1',
    'MAXIMUM_ATTEMPTS_REACHED',
    'w',
    failure,
  );
}

test('an error whose cause is known becomes an outcome with its cause and its mend', () => {
  const diagnosis = {
    id: 'dvc-credentials-expired',
    kind: 'code',
    cause: 'they expired',
    mend: 'Renew them.',
  } as const;
  const error = new LonghaulError('DataUnavailable', 'Data is not whole.', {
    mend: 'Renew them.',
    diagnosis,
  });
  expect(endOfError(arrived(error), 3)).toMatchObject({
    ...{ kind: 'infrastructure', final: true, reason: 'Data is not whole.' },
    outcome: { status: 'failed', reason: 'Data is not whole.', failure: diagnosis, seconds: 3 },
  });
  const full = new Error('ENOSPC: no space left on device, write');
  expect(endOfError(arrived(full), 3)).toMatchObject({
    ...{ kind: 'infrastructure', final: false },
    outcome: { failure: { id: 'disk-full' } },
  });
});

test('one whose cause is not known keeps its words, how to mend it among them', () => {
  const error = new LonghaulError('MissingSecret', 'TOKEN has no value here.', { mend: 'Set it.' });
  const end = endOfError(arrived(error), 3);
  expect(end).toMatchObject({ outcome: { reason: 'TOKEN has no value here. Set it.' } });
  expect(end.outcome).not.toHaveProperty('failure');
});
