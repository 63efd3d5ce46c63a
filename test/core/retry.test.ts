import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttempt } from '../../core/retry.ts';
import type { EndedAttempt } from '../../core/retry.ts';
import type { FailureKind } from '../../core/step.ts';

const hour = 3_600_000;
const ladder = [
  { name: 'half the batch', env: { BATCH_SIZE: '32' } },
  { name: 'mixed precision', env: { PRECISION: '16' } },
];
const training = {
  retries: { preemption: 3, infrastructure: 2, code: 0 },
  timeoutMs: 6 * hour,
  onTimeout: { extendMs: 2 * hour, times: 2 },
  onOutOfMemory: ladder,
};
const ended = (...kinds: readonly FailureKind[]): readonly EndedAttempt[] => kinds.map((kind) => ({ kind }));

describe('what comes after an attempt that did not pass', () => {
  it('is another attempt while the budget of that kind lasts, whatever else went wrong before', () => {
    const before = ended('infrastructure', 'infrastructure', 'preemption', 'outOfMemory', 'preemption');
    expect(nextAttempt(training, before)).toMatchObject({
      again: true,
      rungs: 1,
      why: 'after preemption, half the batch',
    });
    expect(nextAttempt(training, [...before, ...ended('infrastructure')])).toEqual({
      again: false,
      reason:
        '6 attempts ended by 2 × preemption, 3 × a fault of the infrastructure, 1 × running out of memory',
    });
  });

  it('is none for a failure of the commands when the file does not say so', () => {
    expect(nextAttempt(training, ended('code'))).toEqual({ again: false, reason: '' });
  });

  it('is none where no attempt can mend it', () => {
    const wrong = { kind: 'infrastructure', final: true } as const;
    expect(nextAttempt(training, [wrong]).again).toBe(false);
  });

  it('climbs the memory ladder by a rung each time, and says when there is none left', () => {
    const climbs = [1, 2, 3].map((times) =>
      nextAttempt(training, ended(...Array.from({ length: times }, () => 'outOfMemory' as const))),
    );
    expect(climbs).toMatchObject([
      { again: true, rungs: 1, waitMs: 0, why: 'after running out of memory, half the batch' },
      { again: true, rungs: 2, why: 'after running out of memory, half the batch, mixed precision' },
      {
        again: false,
        reason: '3 attempts ended by 3 × running out of memory; the memory ladder has no further rung',
      },
    ]);
  });

  it('gets what `onTimeout` adds when it goes on from a checkpoint, and all of it when it begins anew', () => {
    const timeouts = (checkpoint: boolean, times: number): readonly EndedAttempt[] =>
      Array.from({ length: times }, () => ({ kind: 'timeout', checkpoint }) as const);
    expect(nextAttempt(training, timeouts(true, 2))).toMatchObject({ again: true, timeoutMs: 2 * hour });
    expect(nextAttempt(training, timeouts(false, 2))).toMatchObject({ again: true, timeoutMs: 10 * hour });
    expect(nextAttempt(training, timeouts(true, 3)).again).toBe(false);
    const thenPreempted = [...timeouts(true, 1), ...ended('preemption')];
    expect(nextAttempt(training, thenPreempted)).toMatchObject({ timeoutMs: 2 * hour });
  });

  it('waits longer while attempts in a row end for one reason, and a moment after another one', () => {
    const patient = { ...training, retries: { preemption: 99, infrastructure: 99, code: 0 } };
    const waits = (...kinds: readonly FailureKind[]) =>
      kinds.map((_, index) => {
        const next = nextAttempt(patient, ended(...kinds.slice(0, index + 1)));
        return next.again ? next.waitMs / 1000 : null;
      });
    expect(waits('preemption', 'preemption', 'preemption', 'infrastructure', 'preemption')).toEqual([
      1, 2, 4, 5, 1,
    ]);
    expect(waits('infrastructure', 'infrastructure', 'infrastructure', 'infrastructure')).toEqual([
      5, 20, 80, 300,
    ]);
    expect(waits(...Array.from({ length: 9 }, () => 'preemption' as const)).at(-1)).toBe(60);
  });
});

const kinds = fc.constantFrom<FailureKind>('preemption', 'infrastructure', 'code', 'outOfMemory', 'timeout');
const budgets = fc.record({
  retries: fc.record({ preemption: fc.nat(6), infrastructure: fc.nat(6), code: fc.nat(6) }),
  timeoutMs: fc.integer({ min: 1, max: 10 * hour }),
  onTimeout: fc.record({ extendMs: fc.integer({ min: 1, max: hour }), times: fc.nat(4) }),
  onOutOfMemory: fc.array(fc.constantFrom(...ladder), { maxLength: 3 }),
});

it('never goes beyond a budget, ends always, and never gives less time or fewer rungs than before', () => {
  fc.assert(
    fc.property(budgets, fc.infiniteStream(kinds), fc.boolean(), (step, stream, checkpoint) => {
      const { retries, onTimeout, onOutOfMemory } = step;
      const most = { ...retries, timeout: onTimeout.times, outOfMemory: onOutOfMemory.length };
      const total = Object.values(most).reduce((sum, budget) => sum + budget, 0);
      const history: EndedAttempt[] = [];
      let rungs = 0;
      for (const kind of stream) {
        history.push({ kind, checkpoint });
        const next = nextAttempt(step, history);
        const used = history.filter((attempt) => attempt.kind === kind).length;
        expect(next.again).toBe(used <= most[kind]);
        if (!next.again) break;
        expect(next.rungs).toBeGreaterThanOrEqual(rungs);
        expect(next.rungs).toBeLessThanOrEqual(onOutOfMemory.length);
        expect(next.timeoutMs).toBeGreaterThan(0);
        expect(next.waitMs).toBeLessThanOrEqual(300_000);
        rungs = next.rungs;
      }
      expect(history.length).toBeLessThanOrEqual(total + 1);
    }),
  );
});
