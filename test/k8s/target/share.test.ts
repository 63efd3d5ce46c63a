import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replicasForShare } from '../../../k8s/target/share.ts';

test('a candidate begins with its share of what serves now', () => {
  expect(replicasForShare(25, { stable: 20, candidate: 1, weight: 0 })).toBe(5);
  expect(replicasForShare(1, { stable: 2, candidate: 1, weight: 0 })).toBe(1);
});

test('it takes over all that it stands for, though the stable arm has shrunk with its part', () => {
  expect(replicasForShare(100, { stable: 10, candidate: 10, weight: 50 })).toBe(20);
});

test('more load than before is seen in the candidate, too', () => {
  expect(replicasForShare(50, { stable: 20, candidate: 8, weight: 25 })).toBe(16);
});

test('a canary with an unchanged load never asks for many more replicas in the end than served before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 }),
      (stable, weights) => {
        let [candidate, weight] = [1, 0];
        for (const share of [...weights.sort((one, other) => one - other), 100]) {
          candidate = replicasForShare(share, { stable, candidate, weight });
          weight = share;
          expect(candidate).toBeGreaterThanOrEqual((stable * share) / 100);
        }
        expect(candidate).toBeLessThanOrEqual(stable + Math.ceil(100 / (weights[0] ?? 1)) * 5);
      },
    ),
  );
});
