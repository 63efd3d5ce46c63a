/**
 * The special functions that the tests need, to about 1e-12 (absolute, of the logarithm) up to a million events.
 * Logarithms throughout: an e-value may be 1e400, and a tail 1e-400.
 */

const HALF_LN_2PI = 0.9189385332046727;

/** Coefficients of 1/z, 1/z³, … in Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;

/** From here on Stirling's series is exact to rounding. */
const LARGE = 10;

/** lnΓ(z) − [(z − ½) ln z − z + ½ ln 2π] for z >= 10. */
const stirlingRest = (z: number): number => {
  const inverseSquare = 1 / (z * z);
  return STIRLING.reduceRight((sum, coefficient) => sum * inverseSquare + coefficient, 0) / z;
};

/** lnΓ(z) for z > 0. */
export const lnGamma = (z: number): number => {
  let product = 1;
  let shifted = z;
  for (; shifted < LARGE; shifted += 1) product *= shifted;
  const large = (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LN_2PI + stirlingRest(shifted);
  return large - Math.log(product);
};

/** ln B(a, b) for a, b > 0, without the cancellation that three lnΓ would have for large arguments. */
export const lnBeta = (a: number, b: number): number => {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < LARGE) return lnGamma(small) + lnGamma(large) - lnGamma(small + large);
  const rest = stirlingRest(large) - stirlingRest(small + large);
  if (small < LARGE) {
    const ratio = -small * Math.log(large) - (small + large - 0.5) * Math.log1p(small / large) + small;
    return lnGamma(small) + ratio + rest;
  }
  return (
    HALF_LN_2PI +
    stirlingRest(small) +
    rest -
    (small - 0.5) * Math.log1p(large / small) -
    large * Math.log1p(small / large) -
    0.5 * Math.log(large)
  );
};

/** ln(1 − eˡ) for l <= 0. */
export const lnOneMinusExp = (l: number): number =>
  l > -Math.LN2 ? Math.log(-Math.expm1(l)) : Math.log1p(-Math.exp(l));

/** ln(Σ eˡ), without overflow. */
export const lnSumExp = (logs: readonly number[]): number => {
  const largest = Math.max(...logs);
  return Number.isFinite(largest)
    ? largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0))
    : largest;
};

/** ln I_x(a, b), the regularized incomplete beta function, for 0 < x < 1 and a, b > 0. */
export const lnIncompleteBeta = (x: number, a: number, b: number): number =>
  isBelowBulk(x, a, b) ? lnTail(x, 1 - x, a, b) : lnOneMinusExp(lnTail(1 - x, x, b, a));

/** ln(1 − I_x(a, b)): the weight of Beta(a, b) above x. */
export const lnIncompleteBetaAbove = (x: number, a: number, b: number): number =>
  isBelowBulk(x, a, b) ? lnOneMinusExp(lnTail(x, 1 - x, a, b)) : lnTail(1 - x, x, b, a);

/** Where the continued fraction for I_x(a, b) converges fast; elsewhere the one for its complement does. */
const isBelowBulk = (x: number, a: number, b: number): boolean => x * (a + b + 2) < a + 1;

const MOST_TERMS = 100_000;

/**
 * ln I_x(a, b) by the continued fraction 1/(1 + d₁/(1 + d₂/(1 + …))) of DLMF 8.17.22, evaluated from the front
 * (Lentz). `y` is 1 − x. The number of terms grows with the square root of a + b.
 */
function lnTail(x: number, y: number, a: number, b: number): number {
  let ahead = 1;
  let behind = 0;
  let fraction = 1;
  for (let term = 1; term <= MOST_TERMS; term += 1) {
    const coefficient = fractionCoefficient(term, x, a, b);
    ahead = nonZero(1 + coefficient / ahead);
    behind = 1 / nonZero(1 + coefficient * behind);
    const change = ahead * behind;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return a * Math.log(x) + b * Math.log(y) - Math.log(a) - lnBeta(a, b) - Math.log(fraction);
}

/** dₙ of DLMF 8.17.23. */
function fractionCoefficient(n: number, x: number, a: number, b: number): number {
  const m = Math.floor(n / 2);
  const scale = x / ((a + n - 1) * (a + n));
  return n % 2 === 0 ? m * (b - m) * scale : -(a + m) * (a + b + m) * scale;
}

const nonZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
