import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, writeDuration } from '../../config/duration.ts';
import { parseShare } from '../../config/share.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['10m', 600_000],
    ['6h', 21_600_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '10', '10 m', '10min', '-5s', 'm', '1h30m', '٣s', '10m\n'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('writes what it reads back, for every whole number of milliseconds', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), (milliseconds) => {
        expect(parseDuration(writeDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });

  it('writes in the largest unit that fits', () => {
    expect([600_000, 90_000, 1_001, 604_800_000, 0].map(writeDuration)).toEqual([
      '10m',
      '90s',
      '1001ms',
      '7d',
      '0ms',
    ]);
  });
});

describe('shares', () => {
  it.each([
    ['1 %', 0.01],
    ['0.5%', 0.005],
    ['100 %', 1],
    [0.01, 0.01],
  ])('reads %s', (written, share) => {
    expect(parseShare(written)).toBeCloseTo(share, 12);
  });

  it.each(['1', '% 1', 'one %', '0,5 %'])('refuses %j', (written) => {
    expect(parseShare(written)).toBeNull();
  });
});
