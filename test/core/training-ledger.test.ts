import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUp, closeEarlier } from '../../core/training-ledger.ts';
import type { LedgerEntry } from '../../core/training-ledger.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 23) + seconds * 1000).toISOString();
const entry = (
  number: number,
  from: number,
  alive: number,
  more: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  ...{ number, host: 'gpu-1', startedAt: at(from), aliveAt: at(alive), rungs: [], settings: {} },
  ...{ fromEpoch: 0, toEpoch: 0 },
  ...more,
});

describe('a ledger', () => {
  it('counts what a checkpoint saved as useful, what came after it as lost, and the time between attempts', () => {
    const killed = entry(1, 0, 70, { toEpoch: 6, checkpoint: { epoch: 5, at: at(50) }, gpus: 2 });
    const passed = entry(2, 95, 130, { fromEpoch: 5, toEpoch: 8, gpus: 2 });
    const ledger = addUp([
      ...closeEarlier(
        [killed],
        [{ number: 1, ended: 'preemption', reason: 'the worker was lost', from: at(0), to: at(90) }],
        2,
      ),
      { ...passed, end: { at: at(135), ended: 'passed' } },
    ]);
    expect(ledger.seconds).toEqual({ useful: 50 + 40, lost: 20, waiting: 25 });
    expect(ledger.gpuSeconds).toBe(2 * (70 + 40));
    expect(ledger.attempts[0]).toMatchObject({
      ended: 'preemption',
      reason: 'the worker was lost',
      endedAt: at(70),
      checkpoint: 5,
      secondsUseful: 50,
      secondsLost: 20,
    });
    expect(ledger.attempts[1]).toMatchObject({ ended: 'passed', checkpoint: 5, secondsUseful: 40 });
  });

  it('has an attempt of which nothing was ever written, as lost', () => {
    const heard = {
      number: 1,
      ended: 'infrastructure',
      reason: 'no answer',
      from: at(0),
      to: at(30),
    } as const;
    const ledger = addUp([
      ...closeEarlier([], [heard], 2),
      entry(2, 35, 40, { end: { at: at(45), ended: 'passed' } }),
    ]);
    expect(ledger.seconds).toEqual({ useful: 10, lost: 30, waiting: 5 });
    expect(ledger.attempts.map(({ number }) => number)).toEqual([1, 2]);
  });
});

const moment = fc.integer({ min: 0, max: 10_000_000 });
const entries = fc
  .array(
    fc.record({
      startedAt: moment,
      aliveAt: moment,
      end: fc.option(fc.record({ at: moment, ended: fc.constantFrom('passed', 'preemption', 'code') })),
      checkpoint: fc.option(fc.record({ epoch: fc.nat(99), at: moment })),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) =>
    all.map(({ startedAt, aliveAt, end, checkpoint }, index) => ({
      ...entry(index + 1, 0, 0),
      startedAt: new Date(startedAt).toISOString(),
      aliveAt: new Date(aliveAt).toISOString(),
      ...(end === null ? {} : { end: { at: new Date(end.at).toISOString(), ended: end.ended } as const }),
      ...(checkpoint === null
        ? {}
        : { checkpoint: { epoch: checkpoint.epoch, at: new Date(checkpoint.at).toISOString() } }),
    })),
  );

it('adds up to the millisecond whatever the clocks of the hosts say, and no part is negative', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const { attempts, seconds } = addUp(all);
      const ms = (value: number): number => Math.round(value * 1000);
      const whole = Date.parse(attempts.at(-1)?.endedAt ?? '') - Date.parse(attempts[0]?.startedAt ?? '');
      expect(ms(seconds.useful) + ms(seconds.lost) + ms(seconds.waiting)).toBe(whole);
      for (const attempt of attempts) {
        expect(Math.min(attempt.secondsUseful, attempt.secondsLost)).toBeGreaterThanOrEqual(0);
        expect(ms(attempt.secondsUseful) + ms(attempt.secondsLost)).toBe(
          Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt),
        );
      }
    }),
  );
});
