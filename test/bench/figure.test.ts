import { expect, test } from 'vitest';
import { figureLines, figureOf, median } from '../../bench/figure.ts';

test('the median is the middle value, or halfway between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 10, 2])).toBe(3);
  expect(() => median([])).toThrow(RangeError);
});

test('a figure is the medians of both sides and their ratio, and is told in a line', () => {
  const what = { figure: 'cold', subject: 'us', peer: 'them', unit: 's' } as const;
  const figure = figureOf(what, { runs: 3, seed: 7 }, [11, 90, 10], [10, 8, 20]);
  expect(figure).toEqual({ ...what, value: 11, peerValue: 10, ratio: 1.1, runs: 3, seed: 7 });
  expect(figureLines([figure]).at(-1)).toMatch(/cold +11 s +10 s +1\.1/);
});
