import { expect, test } from 'vitest';
import { formatFromLog, formatPercent, formatPercentUp, formatValue } from '../../core/numbers.ts';
import { formatClock, formatDuration, formatTime, millisecondsBetween } from '../../core/time.ts';

test.each([
  [0, '0 ms'],
  [420, '420 ms'],
  [9_560, '9.5 s'],
  [42_900, '42 s'],
  [65_000, '1 m 05 s'],
  [7_200_000, '2 h 00 m'],
  [273_600_000, '3 d 04 h'],
  [-5, '0 ms'],
])('%d ms is told as %s', (milliseconds, told) => {
  expect(formatDuration(milliseconds)).toBe(told);
});

test('times are told in UTC, whatever the machine', () => {
  expect(formatTime('2026-11-23T14:05:09.123Z')).toBe('2026-11-23 14:05:09');
  expect(formatClock('2026-11-23T14:05:09.123Z')).toBe('14:05:09');
  expect(formatTime('soon')).toBe('soon');
  expect(millisecondsBetween('2026-11-23T14:05:09.000Z', '2026-11-23T14:06:10.500Z')).toBe(61_500);
});

test.each([
  [0.104, '10.4 %'],
  [0.01, '1 %'],
  [0.000413, '0.0413 %'],
  [1, '100 %'],
  [0, '0 %'],
])('the share %d is %s', (share, told) => {
  expect(formatPercent(share)).toBe(told);
});

test.each([
  [0.0075869, '0.759 %'],
  [0.10411, '10.5 %'],
  [0.01, '1 %'],
  [0.9999, '100 %'],
  [0, '0 %'],
])('the bound %d is told as no less: %s', (share, told) => {
  expect(formatPercentUp(share)).toBe(told);
});

test.each([
  [Math.log(20), '20'],
  [Math.log(3.2e5), '3.2e5'],
  [Math.log(9_999), '10000'],
  [2000, '3.9e868'],
  [-30, '9.4e-14'],
  [Math.log(0.25), '0.25'],
])('e to the %d is told as %s', (logValue, told) => {
  expect(formatFromLog(logValue)).toBe(told);
});

test('a measured value keeps four digits', () => {
  expect([formatValue(0.912345), formatValue(31), formatValue(0.00001234)]).toEqual([
    '0.9123',
    '31',
    '0.00001234',
  ]);
});
