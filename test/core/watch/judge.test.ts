import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counts, WatchPolicy, WatchState } from '../../../core/watch.ts';
import { judge } from '../../../core/watch/judge.ts';
import type { JudgeInput, Observation } from '../../../core/watch/judge.ts';
import { addCounts, startWatch } from '../../../core/watch/state.ts';
import { randomNumbers } from '../random-numbers.ts';

const policy: WatchPolicy = {
  guardrails: [{ sli: 'errors', limit: 0.01 }],
  alpha: 0.05,
  minimumRequests: 100,
  intervalMs: 10_000,
  maxExtensionMs: 300_000,
  onNoData: 'hold',
  onTooFewRequests: 'rollBack',
};
const twoLimits: WatchPolicy = {
  ...policy,
  guardrails: [
    { sli: 'errors', limit: 0.05 },
    { sli: 'latency', limit: 0.05, thresholdSeconds: 2 },
  ],
};

const counts = (total: number, errors = 0, slow = 0): Counts => ({ total, errors, slow });
const seen = (candidate: Counts, champion: Counts | null = null): Observation => ({
  kind: 'counts',
  until: '2026-11-23T10:00:10.000Z',
  candidate,
  candidateSamples: 4,
  champion,
});
const nothing: Observation = { ...seen(counts(0)), candidateSamples: 0 } as Observation;
const silent: Observation = { kind: 'providerError', reason: 'connection refused' };

const look = (observation: Observation, change: Partial<JudgeInput> = {}) =>
  judge({
    policy,
    state: startWatch('2026-11-23T10:00:00.000Z'),
    observation,
    concluding: false,
    extendedMs: 0,
    acknowledged: false,
    ...change,
  });

describe('a limit proven broken', () => {
  test('rolls back at that look, and says with which figures', () => {
    const { verdict, action, tests, state } = look(seen(counts(412, 43), counts(4000, 3)));
    expect(verdict).toEqual({
      kind: 'fail',
      reason: 'errors 10.4 % of 412 requests: above the limit of 1 % (e-value 4.2e26, needed 20)',
    });
    expect(action).toBe('rollBack');
    expect(tests.map(({ arm, bad, total }) => [arm, bad, total])).toEqual([
      ['candidate', 43, 412],
      ['champion', 3, 4000],
    ]);
    expect(tests[0]?.logE).toBeGreaterThan(tests[0]?.logThreshold ?? Infinity);
    expect(state.maxLogE).toBe(tests[0]?.logE);
  });

  test('is not what a point estimate above the limit is', () => {
    expect(look(seen(counts(100, 2))).action).toBe('continue');
  });

  test('needs no champion, and one that keeps the limit does not help the candidate', () => {
    expect(look(seen(counts(50, 10))).action).toBe('rollBack');
    expect(look(seen(counts(50, 10), counts(900, 1))).action).toBe('rollBack');
  });

  test('goes before a pass and before too few requests', () => {
    expect(look(seen(counts(30, 10)), { concluding: true }).verdict.kind).toBe('fail');
    expect(look(seen(counts(900, 100)), { concluding: true }).verdict.kind).toBe('fail');
  });

  test('stays proven when the share falls afterwards', () => {
    const first = look(seen(counts(40, 8)));
    const later = look(seen(counts(20_000, 0)), { state: first.state });
    expect(later.tests[0]?.logE).toBeLessThan(0);
    expect(later.action).toBe('rollBack');
  });

  test('of a slow candidate tells the threshold', () => {
    const { verdict } = look(seen(counts(200, 0, 60)), { policy: twoLimits });
    expect(verdict.reason).toMatch(
      /^answers slower than 2 s 30 % of 200 requests: above the limit of 5 % \(/,
    );
  });
});

describe('two guardrails share one alpha', () => {
  test('one alone has to reach twice the e-value', () => {
    const { tests } = look(seen(counts(100)), { policy: twoLimits });
    expect(tests.map(({ logThreshold }) => Math.round(Math.exp(logThreshold)))).toEqual([40, 40]);
  });

  test('both together prove what neither does alone', () => {
    const { tests, action, state } = look(seen(counts(60, 9, 9)), { policy: twoLimits });
    for (const { logE, logThreshold } of tests) expect(logE).toBeLessThan(logThreshold);
    const combined = tests.reduce((sum, { logE }) => sum + Math.exp(logE) / 2, 0);
    expect(combined).toBeGreaterThan(20);
    expect(state.maxLogE).toBeCloseTo(Math.log(combined), 10);
    expect(action).toBe('rollBack');
  });
});

describe('a champion that breaks the same limit', () => {
  const both = seen(counts(400, 40), counts(4000, 400));

  test('holds, and leaves the decision to a person', () => {
    const { verdict, action } = look(both);
    expect(action).toBe('hold');
    expect(verdict.reason).toContain('going back mends nothing: a person has to decide');
  });

  test('goes on once a person said so, to the end', () => {
    expect(look(both, { acknowledged: true }).action).toBe('continue');
    expect(look(both, { acknowledged: true, concluding: true }).action).toBe('pass');
  });

  test('does not excuse another limit that only the candidate breaks', () => {
    const observation = seen(counts(400, 80, 120), counts(4000, 4, 1200));
    expect(look(observation, { policy: twoLimits, acknowledged: true }).action).toBe('rollBack');
  });

  test('keeps the hold while no data comes', () => {
    const { state } = look(both);
    expect(look(nothing, { state }).action).toBe('hold');
    expect(look(silent, { state }).action).toBe('hold');
  });
});

describe('the end of the watch', () => {
  test('passes with enough requests, and says what it cannot rule out', () => {
    const { verdict, action } = look(seen(counts(412)), { concluding: true });
    expect(action).toBe('pass');
    expect(verdict).toEqual({
      kind: 'pass',
      reason: 'not shown worse: at most 0.759 % errors (0 of 412 requests), with 95 % confidence',
    });
  });

  test('before it, nothing passes', () => {
    const { verdict, action } = look(seen(counts(100_000)));
    expect([verdict.kind, action]).toEqual(['needMoreTraffic', 'continue']);
  });

  test.each(['hold', 'rollBack', 'pass'] as const)(
    'with too few requests extends, then: %s',
    (onTooFewRequests) => {
      const change = { policy: { ...policy, onTooFewRequests }, concluding: true };
      const first = look(seen(counts(99)), change);
      expect(first).toMatchObject({
        verdict: {
          kind: 'needMoreTraffic',
          reason: '99 of the 100 requests that a pass needs: extended by up to 5 m 00 s',
        },
        action: 'continue',
      });
      expect(look(seen(counts(99)), { ...change, extendedMs: 300_000 })).toMatchObject({
        verdict: { kind: 'needMoreTraffic' },
        action: onTooFewRequests,
      });
    },
  );

  test('counts the requests of all looks', () => {
    const { state } = look(seen(counts(60)));
    expect(look(seen(counts(40)), { state, concluding: true }).action).toBe('pass');
  });
});

describe('no samples', () => {
  test('is a verdict of its own, and no pass whatever was seen before', () => {
    const { state } = look(seen(counts(5000)));
    expect(look(nothing, { state, concluding: true })).toMatchObject({
      verdict: { kind: 'noData' },
      action: 'continue',
    });
  });

  test.each(['hold', 'rollBack'] as const)('at the end of the extension: %s', (onNoData) => {
    const change = { policy: { ...policy, onNoData }, concluding: true, extendedMs: 300_000 };
    expect(look(nothing, change).action).toBe(onNoData);
  });

  test('lets no candidate advance in the dark, and frees it with the next sample', () => {
    const dark = look(nothing);
    expect(dark).toMatchObject({ verdict: { kind: 'noData' }, action: 'hold' });
    expect(look(seen(counts(10)), { state: dark.state }).action).toBe('continue');
  });

  test('is not the same as samples that show no request', () => {
    expect(look(seen(counts(0)), { concluding: true }).verdict.kind).toBe('needMoreTraffic');
  });
});

describe('a metric source that fails', () => {
  test('holds at the third time in a row, and recovers', () => {
    const first = look(silent);
    const second = look(silent, { state: first.state });
    const third = look(silent, { state: second.state });
    expect([first.action, second.action, third.action]).toEqual(['continue', 'continue', 'hold']);
    const back = look(seen(counts(10)), { state: third.state });
    expect([back.action, back.state.consecutiveProviderErrors]).toEqual(['continue', 0]);
  });

  test('leaves its window to the next look', () => {
    const { state } = look(silent);
    expect(state.countedUntil).toBe('2026-11-23T10:00:00.000Z');
    expect(look(seen(counts(10)), { state }).state.countedUntil).toBe('2026-11-23T10:00:10.000Z');
  });

  test('never passes, not even at the end of the extension', () => {
    const { state } = look(seen(counts(5000)));
    expect(look(silent, { state, concluding: true }).action).toBe('continue');
    expect(look(silent, { state, concluding: true, extendedMs: 300_000 }).action).toBe('hold');
  });
});

test('a state survives JSON: a watch that continues as new judges as one that did not', () => {
  const { state } = look(seen(counts(412, 2, 1), counts(4000)));
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});

test('an error read before its request counts as a request', () => {
  expect(addCounts(counts(3, 1), counts(0, 3, 2))).toEqual(counts(4, 4, 2));
});

test('how the looks cut the traffic changes the counts of no one, and evidence only ever grows', () => {
  const pieces = fc.array(fc.record({ total: fc.nat({ max: 50 }), errors: fc.nat({ max: 3 }) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(pieces, (parts) => {
      let state: WatchState = startWatch('2026-11-23T10:00:00.000Z');
      for (const { total, errors } of parts) {
        const next = look(seen(counts(total + errors, errors)), { state }).state;
        expect(next.maxLogE).toBeGreaterThanOrEqual(state.maxLogE);
        state = next;
      }
      const sum = parts.map(({ total, errors }) => counts(total + errors, errors)).reduce(addCounts);
      expect(state.candidate).toEqual(sum);
      expect(state.looks).toBe(parts.length);
    }),
    { seed: 4 },
  );
});

test('a candidate exactly at both its limits is failed in at most 5 of 100 watches of 120 looks', () => {
  const random = randomNumbers(600);
  const WATCHES = 100;
  const one = (): number => (random() < 0.05 ? 1 : 0);
  const failed = Array.from({ length: WATCHES }, () => {
    let state = startWatch('2026-11-23T10:00:00.000Z');
    for (let at = 0; at < 120; at += 1) {
      const window = Array.from({ length: 25 }).reduce<Counts>(
        (sum) => addCounts(sum, counts(1, one(), one())),
        counts(0),
      );
      const judged = look(seen(window), { state, policy: twoLimits });
      if (judged.action !== 'continue') return true;
      state = judged.state;
    }
    return false;
  }).filter(Boolean).length;
  expect(failed / WATCHES).toBeLessThanOrEqual(0.05);
});
