import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { increase, samplesIn } from '../../core/sli.ts';
import type { Series } from '../../core/sli.ts';

const window = { from: 100, to: 200 };

describe('the increase of a counter over (from, to]', () => {
  test.each<[string, Series, number]>([
    [
      'counts from the last sample at or before its start',
      [
        [90, 5],
        [100, 7],
        [110, 9],
        [200, 12],
      ],
      5,
    ],
    [
      'leaves out what was counted after its end',
      [
        [100, 7],
        [200, 12],
        [201, 50],
      ],
      5,
    ],
    [
      'counts a series born inside from zero',
      [
        [150, 3],
        [160, 4],
      ],
      4,
    ],
    [
      'counts nothing of a series that ended before',
      [
        [80, 3],
        [100, 4],
      ],
      0,
    ],
    [
      'keeps what a series that vanished had counted',
      [
        [90, 3],
        [110, 8],
      ],
      5,
    ],
    [
      'takes a fallen value for a restart from zero',
      [
        [100, 90],
        [110, 95],
        [120, 4],
        [130, 6],
      ],
      11,
    ],
    [
      'takes a fall to zero for a restart too',
      [
        [100, 90],
        [110, 0],
        [120, 2],
      ],
      2,
    ],
    ['is nothing without samples', [], 0],
  ])('%s', (_, samples, expected) => {
    expect(increase([samples], window)).toBe(expected);
  });

  test('adds up the replicas', () => {
    const replicas: readonly Series[] = [
      [
        [100, 10],
        [150, 15],
      ],
      [[150, 2]],
      [[50, 1000]],
    ];
    expect(increase(replicas, window)).toBe(7);
    expect(samplesIn(replicas, window)).toBe(2);
  });

  test.each([NaN, -1, Infinity])('refuses the value %d, which no counter has', (value) => {
    expect(() => increase([[[150, value]]], window)).toThrow('Name a counter');
  });

  test('refuses samples out of order', () => {
    expect(() =>
      increase(
        [
          [
            [150, 1],
            [150, 2],
          ],
        ],
        window,
      ),
    ).toThrow('out of order');
  });
});

/** Growth at each second, or null for a restart: the truth that the samples are drawn from. */
const histories = fc.array(fc.option(fc.nat({ max: 50 }), { freq: 6 }), { minLength: 1, maxLength: 40 });
const sampled = (history: readonly (number | null)[]): Series => {
  let value = 0;
  return history.map((growth, second) => {
    value = growth === null ? 0 : value + growth;
    return [second, value];
  });
};

test('neighbouring windows add up to the whole, exactly', () => {
  fc.assert(
    fc.property(
      fc.array(histories),
      fc.array(fc.integer({ min: -2, max: 45 }), { minLength: 3 }),
      (all, cuts) => {
        const series = all.map(sampled);
        const edges = cuts.toSorted((a, b) => a - b);
        const parts = edges.slice(1).map((to, index) => increase(series, { from: edges[index] ?? to, to }));
        const whole = increase(series, { from: edges[0] ?? 0, to: edges.at(-1) ?? 0 });
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
      },
    ),
    { seed: 5 },
  );
});

test('with every second sampled, restarts lose nothing that was counted', () => {
  fc.assert(
    fc.property(histories, (history) => {
      // A restart shows as a fall only if the process had counted more than it has counted since.
      const samples = sampled(history);
      fc.pre(history.every((growth, second) => growth !== null || (samples[second - 1]?.[1] ?? 1) > 0));
      const truth = history.reduce<number>((sum, growth) => sum + (growth ?? 0), 0);
      expect(increase([samples], { from: -1, to: history.length })).toBe(truth);
    }),
    { seed: 5 },
  );
});
