import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canaryStages, problemsOfWeights } from '../../core/canary.ts';

test('each weight below 100 is held for an equal part of the time', () => {
  expect(canaryStages({ weights: [5, 20, 50, 100], durationMs: 600_000 })).toEqual([
    { weight: 5, bakeMs: 200_000 },
    { weight: 20, bakeMs: 200_000 },
    { weight: 50, bakeMs: 200_000 },
  ]);
});

test('a canary of 100 alone bakes there', () => {
  expect(canaryStages({ weights: [100], durationMs: 1000 })).toEqual([{ weight: 100, bakeMs: 1000 }]);
});

test('the parts are whole milliseconds, alike within one, and sum to the whole', () => {
  const weights = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1 });
  fc.assert(
    fc.property(weights, fc.nat(), (below, durationMs) => {
      const stages = canaryStages({ weights: [...below.toSorted((a, b) => a - b), 100], durationMs });
      const parts = stages.map((stage) => stage.bakeMs);
      expect(parts.reduce((sum, part) => sum + part)).toBe(durationMs);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
    }),
    { seed: 1 },
  );
});

describe('weights', () => {
  test.each([[[100]], [[1, 100]], [[5, 20, 50, 100]]])('%j are right', (weights) => {
    expect(problemsOfWeights(weights)).toEqual([]);
  });

  test.each<[readonly number[], string]>([
    [[], 'no weights'],
    [[5, 50], 'has to be 100'],
    [[50, 20, 100], '20 comes after 50'],
    [[20, 20, 100], '20 comes after 20'],
    [[0, 100], '0 is not a whole percent'],
    [[2.5, 100], '2.5 is not a whole percent'],
    [[100, 120], '120 is not a whole percent'],
  ])('%j are told wrong', (weights, problem) => {
    expect(problemsOfWeights(weights).join(' ')).toContain(problem);
  });
});
