/**
 * One arm against a limit on its share of bad events, looked at as often as one likes: the beta-binomial mixture
 * of Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences"
 * (Annals of Statistics 49(2), 2021), in its conjugate form.
 *
 * The e-value weighs all shares t under a prior Beta(a, b) against the limit p:
 *   E = ∫ t^S (1−t)^F dBeta(t; a, b) / (p^S (1−p)^F)      S bad and F good events
 * With a = r/(1−p), b = r/p this is the paper's mixture. One-sided, the prior is cut to t > p, which is the weight
 * of the posterior above p over that of the prior above p. Then only too many bad events count, and the promise
 * P(E ever reaches 1/α) <= α holds for every true share up to p: each t > p alone is a supermartingale there.
 */
import { LonghaulError } from '../errors.ts';
import { lnBeta, lnIncompleteBeta, lnIncompleteBetaAbove } from './special.ts';

/** Events of one kind among `total`; 0 <= bad <= total. */
export interface BadCount {
  readonly bad: number;
  readonly total: number;
}

/** Which shares the prior gives weight to: both sides of the limit, only worse ones, or only better ones. */
export type Side = 'both' | 'above' | 'below';

/**
 * Number of events at which the mixture is tightest. At 100 a share of 10 % is found against a limit of 1 % after
 * about 27 requests (no choice does better than 23), and one of 2 % within a quarter of the best choice's time.
 */
const TIGHTEST_AT = 100;

/** `2 ln(1/α) + ln(1 + 2 ln(1/α))` at α = 0.05: the paper's ρ is v* over this. */
const TUNING = 2 * Math.log(20) + Math.log1p(2 * Math.log(20));

/** Weight of the prior in events: a + b = r/(p(1−p)), with the paper's r = max(ρ − p(1−p), p(1−p)/1000). */
const PRIOR_EVENTS = Math.max(TIGHTEST_AT / TUNING - 1, 1e-3);

/**
 * Natural logarithm of the e-value against "the share is `limit`" (side `above`: "at most `limit`").
 * 0 at no events. Reject at `ln(1/α)`.
 *
 * @throws LonghaulError InvalidConfig for a limit that is not between 0 and 1
 */
export const lnEvidence = ({ bad, total }: BadCount, limit: number, side: Side = 'above'): number => {
  if (!(limit > 0 && limit < 1)) {
    throw new LonghaulError('InvalidConfig', `A limit of ${limit} is no share of requests.`, {
      mend: 'Give a share above 0 % and below 100 %.',
    });
  }
  if (total === 0) return 0;
  const good = total - bad;
  const a = PRIOR_EVENTS * limit;
  const b = PRIOR_EVENTS * (1 - limit);
  const mixture = lnBeta(a + bad, b + good) - lnBeta(a, b);
  const atLimit = bad * Math.log(limit) + good * Math.log1p(-limit);
  return mixture - atLimit + lnWeight(side, limit, a + bad, b + good) - lnWeight(side, limit, a, b);
};

/** ln of the weight that Beta(a, b) has on the side. */
function lnWeight(side: Side, limit: number, a: number, b: number): number {
  switch (side) {
    case 'both':
      return 0;
    case 'above':
      return lnIncompleteBetaAbove(limit, a, b);
    case 'below':
      return lnIncompleteBeta(limit, a, b);
  }
}

/**
 * Upper bound of the true share that holds at every look at once with confidence 1 − `alpha`: the largest share
 * that the evidence for "below it" has not ruled out. 1 at no events.
 */
export const upperBound = (count: BadCount, alpha: number): number => {
  if (count.bad >= count.total) return 1;
  return bisect(
    count.bad / count.total,
    1,
    (share) => lnEvidence(count, share, 'below') < Math.log(1 / alpha),
  );
};

/** Both bounds of the share by the two-sided mixture, at every look at once with confidence 1 − `alpha`. */
export const confidenceInterval = (count: BadCount, alpha: number): readonly [low: number, high: number] => {
  if (count.total === 0) return [0, 1];
  const share = count.bad / count.total;
  const isOpen = (limit: number): boolean => lnEvidence(count, limit, 'both') < Math.log(1 / alpha);
  return [
    count.bad === 0 ? 0 : bisect(share, 0, isOpen),
    count.bad === count.total ? 1 : bisect(share, 1, isOpen),
  ];
};

/** The point between `inside`, where `holds` is true, and `outside` from which it no longer is; on its far side. */
function bisect(inside: number, outside: number, holds: (value: number) => boolean): number {
  let near = inside;
  let far = outside;
  while (Math.abs(far - near) > 1e-9 * Math.max(far, near)) {
    const middle = (near + far) / 2;
    if (holds(middle)) near = middle;
    else far = middle;
  }
  return far;
}
