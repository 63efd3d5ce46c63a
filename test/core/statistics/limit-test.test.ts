import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confidenceInterval, lnEvidence, upperBound } from '../../../core/statistics/limit-test.ts';
import { randomNumbers } from '../random-numbers.ts';

test('the two-sided interval is the reference of Howard et al.: 700 of 1000', () => {
  const [low, high] = confidenceInterval({ bad: 700, total: 1000 }, 0.05);
  expect(low).toBeCloseTo(0.651629, 5);
  expect(high).toBeCloseTo(0.745949, 5);
});

// The mixture integral by numeric quadrature over the cut prior (mpmath), not by the conjugate form.
test.each([
  [43, 412, 0.01, 'above', 61.310391148713904],
  [3, 20, 0.01, 'above', 4.083335096871622],
  [0, 100, 0.01, 'above', -1.3415773142146838],
  [5, 100, 0.05, 'above', -0.9791336677971436],
  [70, 1000, 0.05, 'above', 2.274571058633513],
  [0, 412, 0.01, 'below', 3.927225189873887],
  [2, 412, 0.05, 'below', 13.137350668384524],
] as const)(
  '%d bad of %d against %d, shares %s: the integral over the prior',
  (bad, total, limit, side, expected) => {
    expect(lnEvidence({ bad, total }, limit, side)).toBeCloseTo(expected, 10);
  },
);

test('nothing seen is no evidence', () => {
  expect(lnEvidence({ bad: 0, total: 0 }, 0.01)).toBe(0);
});

test.each([0, 1, -0.1, NaN])('a limit of %d is refused', (limit) => {
  expect(() => lnEvidence({ bad: 1, total: 2 }, limit)).toThrow('no share of requests');
});

const limits = fc.constantFrom(0.001, 0.01, 0.05, 0.5);
const counts = fc
  .integer({ min: 1, max: 20_000 })
  .chain((total) => fc.record({ total: fc.constant(total), bad: fc.nat({ max: total }) }));

test('one request more is a fair bet at the limit: the e-value keeps its mean, and falls below it', () => {
  fc.assert(
    fc.property(counts, limits, fc.double({ min: 0, max: 1, noNaN: true }), ({ bad, total }, limit, part) => {
      const now = lnEvidence({ bad, total }, limit);
      const growth = (more: number): number =>
        Math.exp(lnEvidence({ bad: bad + more, total: total + 1 }, limit) - now);
      const mean = (share: number): number => share * growth(1) + (1 - share) * growth(0);
      expect(mean(limit)).toBeCloseTo(1, 8);
      expect(mean(limit * part)).toBeLessThan(1 + 1e-8);
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('a bad request is always evidence, a good one never is', () => {
  fc.assert(
    fc.property(counts, limits, ({ bad, total }, limit) => {
      const now = lnEvidence({ bad, total }, limit);
      expect(lnEvidence({ bad: bad + 1, total: total + 1 }, limit)).toBeGreaterThan(now);
      expect(lnEvidence({ bad, total: total + 1 }, limit)).toBeLessThan(now);
    }),
    { seed: 12, numRuns: 500 },
  );
});

describe('the upper bound', () => {
  test('is above what was seen, falls with clean requests, and needs requests to say anything', () => {
    expect(upperBound({ bad: 0, total: 0 }, 0.05)).toBe(1);
    expect(upperBound({ bad: 50, total: 50 }, 0.05)).toBe(1);
    const bounds = [10, 100, 412, 3000].map((total) => upperBound({ bad: 0, total }, 0.05));
    expect(bounds).toEqual(bounds.toSorted((a, b) => b - a));
    // A single look at 412 clean requests could say 0.725 %.
    expect(bounds[2]).toBeGreaterThan(-Math.log(0.05) / 412);
    expect(bounds[2]).toBeLessThan(0.008);
  });

  test('is where the evidence for "below" reaches its threshold, and every share above is ruled out', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (count, part) => {
        fc.pre(count.bad < count.total);
        const bound = upperBound(count, 0.05);
        expect(bound).toBeGreaterThan(count.bad / count.total);
        fc.pre(bound < 0.999);
        const beyond = bound + part * (0.9999 - bound);
        expect(lnEvidence(count, beyond, 'below')).toBeGreaterThan(Math.log(20) - 1e-6);
      }),
      { seed: 13, numRuns: 300 },
    );
  });
});

describe('600 looks, 400 watches of 12 000 requests', () => {
  const WATCHES = 400;
  const LOOKS = 600;
  const REQUESTS_A_LOOK = 20;

  /** How many watches of a candidate with this share ever reach the threshold, or ever bound it too low. */
  const simulate = (share: number, limit: number, seed: number) => {
    const random = randomNumbers(seed);
    const watches = Array.from({ length: WATCHES }, () => {
      const seen = { bad: 0, total: 0, failed: false, excluded: false };
      for (let look = 0; look < LOOKS; look += 1) {
        for (let request = 0; request < REQUESTS_A_LOOK; request += 1) seen.bad += random() < share ? 1 : 0;
        seen.total += REQUESTS_A_LOOK;
        seen.failed ||= lnEvidence(seen, limit) >= Math.log(20);
        seen.excluded ||= lnEvidence(seen, share, 'below') >= Math.log(20);
      }
      return seen;
    });
    return {
      failed: watches.filter((watch) => watch.failed).length / WATCHES,
      excluded: watches.filter((watch) => watch.excluded).length / WATCHES,
    };
  };

  test.each([
    [0.01, 0.01],
    [0.008, 0.01],
    [0.05, 0.05],
  ])(
    'a true share of %d against a limit of %d is failed in at most 5 of 100, and as seldom bounded too low',
    (share, limit) => {
      const { failed, excluded } = simulate(share, limit, 2021);
      expect(failed).toBeLessThanOrEqual(0.05);
      // The bound spends nearly all of its 5 %, so 400 watches may show three standard errors more.
      expect(excluded).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / WATCHES));
    },
  );
});

test('the proof comes quickly: 10 % errors against a limit of 1 %', () => {
  const random = randomNumbers(7);
  const needed = Array.from({ length: 401 }, () => {
    const seen = { bad: 0, total: 0 };
    while (lnEvidence(seen, 0.01) < Math.log(20)) {
      seen.bad += random() < 0.1 ? 1 : 0;
      seen.total += 1;
    }
    return seen.total;
  }).toSorted((a, b) => a - b);
  expect(needed[200]).toBeLessThanOrEqual(35);
  expect(needed[380]).toBeLessThanOrEqual(120);
});
