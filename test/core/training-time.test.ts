import { describe, expect, it } from 'vitest';
import { outOfTimeReason, projectTraining } from '../../core/training-time.ts';

const minute = 60_000;
const seen = {
  epochs: 50,
  from: 0,
  begunAt: 0,
  first: { epoch: 1, at: 15 * minute },
  last: { epoch: 31, at: 15 * minute + 30 * 11.5 * minute },
};

describe('a training that is out of time', () => {
  it('tells the epoch, the pace, the whole, and a limit for what is left after the checkpoint', () => {
    const limitMs = 360 * minute;
    expect(outOfTimeReason({ limitMs, seen, checkpoint: 31, inRelease: true })).toBe(
      'took longer than 6 h 00 m, at epoch 31 of 50: an epoch takes 11 m 30 s, all of them 9 h 35 m; to go on from ' +
        'the checkpoint of epoch 31: longhaul release start --train-timeout 5h, or `onTimeout: {extend: 5h}` in longhaul.yaml',
    );
    expect(outOfTimeReason({ limitMs, seen, checkpoint: 31, inRelease: false })).toContain(
      'longhaul ci retry',
    );
    expect(outOfTimeReason({ limitMs, seen, checkpoint: 0, inRelease: false })).toContain(
      'it left no checkpoint: to begin anew with enough time: `timeout: 12h` in longhaul.yaml',
    );
    expect(outOfTimeReason({ limitMs, seen: null, checkpoint: 0, inRelease: true })).toBe(
      'took longer than 6 h 00 m',
    );
  });

  it('does not count the start of the program into an epoch once two were told', () => {
    expect(projectTraining(seen)?.msPerEpoch).toBe(11.5 * minute);
    const one = {
      ...seen,
      from: 4,
      first: { epoch: 5, at: 20 * minute },
      last: { epoch: 5, at: 20 * minute },
    };
    expect(projectTraining(one)?.msPerEpoch).toBe(20 * minute);
    expect(projectTraining({ ...one, last: { epoch: 4, at: 0 }, first: { epoch: 4, at: 0 } })).toBeNull();
  });
});
