import { expect, it } from 'vitest';
import { alignColumns } from '../../../core/render/markdown.ts';
import {
  hasManyAttempts,
  ledgerHeader,
  ledgerRows,
  ledgerSaid,
} from '../../../core/render/training-ledger.ts';
import type { TrainingAttempt, TrainingLedger } from '../../../core/step.ts';

const attempt = (number: number, more: Partial<TrainingAttempt>): TrainingAttempt => ({
  ...{ number, host: 'gpu-1', rungs: [], settings: {}, fromEpoch: 0, toEpoch: 0, checkpoint: 0 },
  ...{ startedAt: '2026-11-23T14:00:00.000Z', endedAt: '2026-11-23T15:00:00.000Z', ended: 'passed' },
  ...{ secondsUseful: 3600, secondsLost: 0 },
  ...more,
});

it('tells each attempt in a row, and what all of them cost in a line', () => {
  const ledger: TrainingLedger = {
    attempts: [
      attempt(1, { ended: 'preemption', toEpoch: 12, checkpoint: 10, secondsUseful: 3000, secondsLost: 600 }),
      attempt(2, {
        ended: 'outOfMemory',
        ...{ fromEpoch: 10, toEpoch: 10, checkpoint: 10, secondsUseful: 0, secondsLost: 45 },
      }),
      attempt(3, {
        ...{ fromEpoch: 10, toEpoch: 50, checkpoint: 50, host: 'gpu-2' },
        ...{ rungs: ['half the batch'], settings: { BATCH: '32' } },
      }),
    ],
    seconds: { useful: 6600, lost: 645, waiting: 30 },
    gpuSeconds: 7245,
  };
  expect(ledgerSaid(ledger)).toBe(
    'useful 1 h 50 m, lost 10 m 45 s, waiting 30 s over 3 attempts; 2 h 00 m of GPUs',
  );
  expect(alignColumns([ledgerHeader, ...ledgerRows(ledger)])).toEqual([
    'attempt  began     took      epochs                ended by               useful     lost       host   settings',
    '1        14:00:00  1 h 00 m  1 to 12, saved to 10  preemption             50 m 00 s  10 m 00 s  gpu-1',
    '2        14:00:00  45 s      from 10               running out of memory  0 ms       45 s       gpu-1',
    '3        14:00:00  1 h 00 m  11 to 50              passed                 1 h 00 m   0 ms       gpu-2  half the batch (BATCH=32)',
  ]);
  expect(hasManyAttempts(ledger)).toBe(true);
  expect(hasManyAttempts({ ...ledger, attempts: [attempt(1, {})] })).toBe(false);
});
