import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezesAt } from '../../../activities/lanes/freezes.ts';
import type { FreezeWindow } from '../../../config/freeze-config.ts';

const weekend = (change: Partial<FreezeWindow> = {}): FreezeWindow => ({
  from: 'Fri 16:00',
  to: 'Mon 07:00',
  timezone: 'Europe/Berlin',
  reason: 'weekend',
  hotfixes: false,
  ...change,
});

const spans = (window: FreezeWindow, at: string) =>
  freezesAt([window], at).map(({ from, until }) => [from, until]);
const holds = (window: FreezeWindow, at: string): boolean =>
  spans(window, at).some(([from = '', until = '']) => from <= at && at < until);

describe('a weekly freeze', () => {
  it('holds from its first day to its last, in its own zone, and says when the next one is', () => {
    expect(spans(weekend(), '2026-11-21T12:00:00.000Z')).toEqual([
      ['2026-11-20T15:00:00.000Z', '2026-11-23T06:00:00.000Z'],
      ['2026-11-27T15:00:00.000Z', '2026-11-30T06:00:00.000Z'],
    ]);
    expect(holds(weekend(), '2026-11-20T14:59:59.999Z')).toBe(false);
    expect(holds(weekend(), '2026-11-20T15:00:00.000Z')).toBe(true);
    expect(holds(weekend(), '2026-11-23T06:00:00.000Z')).toBe(false);
    expect(spans(weekend({ timezone: 'Asia/Seoul' }), '2026-11-20T00:00:00.000Z')[0]).toEqual([
      '2026-11-20T07:00:00.000Z',
      '2026-11-22T22:00:00.000Z',
    ]);
  });

  it('keeps to the clock on the wall while that is set forward or back', () => {
    // Clocks go forward on 2026-03-29 and back on 2026-10-25: the weekend has an hour less, and one more.
    expect(spans(weekend(), '2026-03-28T12:00:00.000Z')[0]).toEqual([
      '2026-03-27T15:00:00.000Z',
      '2026-03-30T05:00:00.000Z',
    ]);
    expect(spans(weekend(), '2026-10-24T12:00:00.000Z')[0]).toEqual([
      '2026-10-23T14:00:00.000Z',
      '2026-10-26T06:00:00.000Z',
    ]);
  });

  it('is never shorter than it reads where the clocks skip its times', () => {
    const gap = weekend({ from: 'Sun 02:15', to: 'Sun 02:45' });
    expect(spans(gap, '2026-03-29T00:00:00.000Z')[0]).toEqual([
      '2026-03-29T00:15:00.000Z',
      '2026-03-29T01:45:00.000Z',
    ]);
  });

  it('and where the clocks have its times twice', () => {
    const overlap = weekend({ from: 'Sun 02:15', to: 'Sun 02:45' });
    expect(spans(overlap, '2026-10-25T00:00:00.000Z')[0]).toEqual([
      '2026-10-25T00:15:00.000Z',
      '2026-10-25T01:45:00.000Z',
    ]);
  });

  it('may be all of the week but some hours of one day', () => {
    const most = weekend({ from: 'Tue 12:00', to: 'Tue 10:00', timezone: 'UTC' });
    expect(holds(most, '2026-11-24T11:00:00.000Z')).toBe(false);
    expect(holds(most, '2026-11-24T12:00:00.000Z')).toBe(true);
    expect(holds(most, '2026-11-24T09:59:00.000Z')).toBe(true);
  });
});

describe('a freeze of the calendar', () => {
  const holidays = weekend({
    ...{ from: '2026-12-20T00:00', to: '2027-01-04T08:00', reason: 'holidays', hotfixes: true },
  });

  it('comes once, and is gone when it is over', () => {
    expect(freezesAt([holidays], '2026-12-24T20:00:00.000Z')).toEqual([
      {
        reason: 'holidays',
        from: '2026-12-19T23:00:00.000Z',
        until: '2027-01-04T07:00:00.000Z',
        hotfixes: true,
      },
    ]);
    expect(freezesAt([holidays], '2027-01-04T07:00:00.000Z')).toEqual([]);
  });
});

it('tells, in every zone and at any time, freezes that are not over, the earliest first, each with its end after its beginning', () => {
  const times = fc.constantFrom('Mon 00:00', 'Wed 02:30', 'Fri 16:00', 'Sun 02:30', 'Sun 23:59');
  const window = fc
    .record({
      from: times,
      to: times,
      timezone: fc.constantFrom(
        'UTC',
        'Europe/Berlin',
        'America/New_York',
        'Asia/Seoul',
        'Australia/Lord_Howe',
      ),
    })
    .filter(({ from, to }) => from !== to)
    .map((drawn) => weekend(drawn));
  const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), time, (windows, date) => {
      const at = date.toISOString();
      const found = freezesAt(windows, at);
      expect(found).toHaveLength(2 * windows.length);
      const starts = found.map(({ from }) => Date.parse(from));
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      for (const { from, until = '' } of found) {
        expect(Date.parse(until)).toBeGreaterThan(date.getTime());
        const days = (Date.parse(until) - Date.parse(from)) / 86_400_000;
        expect(days).toBeGreaterThan(0);
        expect(days).toBeLessThan(7.1);
      }
    }),
    { numRuns: 300 },
  );
});
