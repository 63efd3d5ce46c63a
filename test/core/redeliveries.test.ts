import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailedDelivery } from '../../core/ports/forge.ts';
import { lookSince, planRedeliveries } from '../../core/redeliveries.ts';
import type { ReconcilerState } from '../../core/redeliveries.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const everyMs = 5 * minute;
const start = Date.parse('2026-03-01T12:00:00Z');

const failedAt = (guid: string, at: number): FailedDelivery => ({
  ...{ id: `${guid}-${at}`, guid, deliveredAt: new Date(at).toISOString() },
  ...{ status: 'timed out', statusCode: 0 },
});

describe('a look for failed deliveries', () => {
  it('begins three days ago, then where the last one has looked, two minutes earlier', () => {
    expect(Date.parse(lookSince(undefined, start))).toBe(start - 3 * day);
    const { next } = planRedeliveries([], undefined, { now: start, everyMs });
    expect(Date.parse(lookSince(next, start + everyMs))).toBe(start - 2 * minute);
    expect(Date.parse(lookSince(next, start + 9 * day))).toBe(start + 6 * day);
  });

  it('asks for the oldest first, and for 250 at most', () => {
    const failed = Array.from({ length: 300 }, (_, index) => failedAt(`d${index}`, start - index * 1_000));
    const { ask, next } = planRedeliveries(failed, undefined, { now: start, everyMs });
    expect(ask).toHaveLength(250);
    expect(ask[0]?.guid).toBe('d299');
    const then = planRedeliveries(failed, next, { now: start + everyMs, everyMs });
    expect(then.ask.map(({ guid }) => guid)).toContain('d0');
  });

  it('asks ever more seldom for what fails again and again, six hours at most', () => {
    const asked: number[] = [];
    let state: ReconcilerState | undefined;
    let tried = start;
    for (let now = start; now < start + 2 * day; now += everyMs) {
      const seen = tried >= Date.parse(lookSince(state, now)) ? [failedAt('d', tried)] : [];
      const { ask, next } = planRedeliveries(seen, state, { now, everyMs });
      if (ask.length > 0) {
        asked.push((now - start) / minute);
        tried = now + 10_000;
      }
      state = next;
    }
    expect(asked.slice(0, 5)).toEqual([0, 5, 15, 35, 75]);
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(Math.max(...gaps)).toBe(6 * 60);
    expect(asked.length).toBeLessThan(15);
  });

  it('forgets what has arrived, so that nothing is kept for ever', () => {
    const { next } = planRedeliveries([failedAt('d', start)], undefined, { now: start, everyMs });
    expect(next.asked).toHaveLength(1);
    expect(planRedeliveries([], next, { now: start + everyMs, everyMs }).next.asked).toEqual([]);
  });
});

it('loses none, however often a delivery fails and whenever it is seen', () => {
  const failures = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: day }), fails: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(failures, (deliveries) => {
      const open = new Map(
        deliveries.map(({ at, fails }, index) => [`d${index}`, { tried: start + at, left: fails }]),
      );
      let state: ReconcilerState | undefined;
      for (let now = start; now < start + 2.5 * day && open.size > 0; now += everyMs) {
        const since = Date.parse(lookSince(state, now));
        const failed = [...open]
          .filter(([, { tried }]) => tried <= now && tried >= since)
          .map(([guid, { tried }]) => failedAt(guid, tried));
        const { ask, next } = planRedeliveries(failed, state, { now, everyMs });
        for (const { guid } of ask) {
          const left = (open.get(guid)?.left ?? 1) - 1;
          if (left === 0) open.delete(guid);
          else open.set(guid, { tried: now + 5_000, left });
        }
        state = next;
      }
      expect([...open.keys()]).toEqual([]);
    }),
  );
});
