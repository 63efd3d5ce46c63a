import { expect, test } from 'vitest';
import { p99Of } from '../../bench/webhooks.ts';

test('99 of 100 values are at most the 99th percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(p99Of(hundred.toReversed())).toBe(99);
  expect(p99Of([7])).toBe(7);
  expect(() => p99Of([])).toThrow(RangeError);
});
