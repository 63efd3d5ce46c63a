import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lnBeta,
  lnGamma,
  lnIncompleteBeta,
  lnIncompleteBetaAbove,
  lnOneMinusExp,
  lnSumExp,
} from '../../../core/statistics/special.ts';

// Reference values: mpmath with 60 digits, the incomplete beta function summed from its power series.

test.each([
  [0.001, 6.907178885383853],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [1, 0],
  [1.5, -0.12078223763524522],
  [7.3, 7.147892523022248],
  [9.999, 12.799575780077413],
  [10, 12.801827480081469],
  [55.5, 166.32150615984037],
  [123456.7, 1323900.9753909183],
])('lnGamma(%d)', (z, expected) => {
  expect(Math.abs(lnGamma(z) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
});

test.each([
  [0.01, 0.99, 4.605334684806731],
  [0.116, 11.48, 1.8190998020620845],
  [0.5, 0.5, 1.1447298858494002],
  [3, 9.5, -6.351866910579232],
  [2, 40, -7.402451520818244],
  [9.9, 1e6, -124.1964186744884],
  [11.6, 700, -59.547622605521845],
  [50, 50, -70.00271747688562],
  [4000.1, 396000.5, -22404.302335674976],
  [1e6, 1e6, -1386300.003362921],
  [0.116, 1e6, 0.4950955978422837],
])('lnBeta(%d, %d)', (a, b, expected) => {
  const error = Math.abs(lnBeta(a, b) - expected);
  expect(error).toBeLessThan(1e-11 + 1e-15 * Math.abs(expected));
  expect(lnBeta(b, a)).toBe(lnBeta(a, b));
});

describe('the incomplete beta function, both tails', () => {
  test.each([
    [0.01, 0.116, 11.48, -0.20981733757328763, -1.6645929843119653],
    [0.01, 4.1, 400, -0.5920356648028668, -0.8056442296022452],
    [0.01, 50.116, 961.5, -43.689478383277915, -1.0614526384634281e-19],
    [0.05, 30, 500, -1.3271695216393253, -0.3081935606469334],
    [0.5, 2, 2, -Math.LN2, -Math.LN2],
    [0.5, 12, 2, -6.37185601766403, -0.0017104463547014076],
    [0.01, 10000.116, 990011.5, -0.6905297857124074, -0.695771444145402],
    [0.01, 10500.116, 989511.5, -14.96834604702362, -3.1574027080694936e-7],
    [0.01, 1000.116, 1e6, -5.168732057219914e-60, -6753.555503684766],
    [0.95, 11, 0.58, -1.0743382386547227, -0.41782673067224774],
    [0.01, 0.116, 100000, -1.6484117458680564e-60, -1013.2386102061497],
    [0.999, 3, 0.2, -0.40265682916565604, -1.1042526171599856],
  ])('at %d with a = %d, b = %d', (x, a, b, below, above) => {
    expect(Math.abs(lnIncompleteBeta(x, a, b) - below)).toBeLessThan(1e-10);
    expect(Math.abs(lnIncompleteBetaAbove(x, a, b) - above)).toBeLessThan(1e-10);
  });

  test('the tails sum to one and the lower one grows with x', () => {
    const shape = fc.double({ min: 0.01, max: 3000, noNaN: true });
    const share = fc.double({ min: 1e-4, max: 0.9998, noNaN: true });
    fc.assert(
      fc.property(share, share, shape, shape, (x, y, a, b) => {
        const below = lnIncompleteBeta(x, a, b);
        expect(Math.exp(below) + Math.exp(lnIncompleteBetaAbove(x, a, b))).toBeCloseTo(1, 11);
        const [low, high] = x < y ? [x, y] : [y, x];
        const growth = lnIncompleteBeta(high, a, b) - lnIncompleteBeta(low, a, b);
        expect(growth).toBeGreaterThan(-1e-10);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

test('sums and complements of probabilities stay exact at both ends', () => {
  expect(lnOneMinusExp(-1e-20)).toBeCloseTo(Math.log(1e-20), 10);
  expect(lnOneMinusExp(-50)).toBeCloseTo(-Math.exp(-50), 30);
  expect(lnSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 10);
  expect(lnSumExp([-5000, 0])).toBe(0);
});
