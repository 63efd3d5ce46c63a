/** What a watch asks of a test, so that a further one (candidate against champion, say) joins by one function. */
import { lnSumExp } from '../statistics/special.ts';
import type { Counts, GuardrailTest } from '../watch.ts';

/** All that was counted since the watch began. `champion` is null where none serves. */
export interface Arms {
  readonly candidate: Counts;
  readonly champion: Counts | null;
}

/** A test that may be looked at any number of times: its e-value grows without limit only if its promise is broken. */
export interface SequentialTest {
  /** The part of the watch's alpha that this test may spend. The parts of all tests of a watch sum to 1. */
  readonly weight: number;
  look(arms: Arms, alpha: number): TestLook;
}

export interface TestLook {
  readonly weight: number;
  /** Natural logarithm of the e-value against the candidate. */
  readonly logE: number;
  /** What the e-value has to reach to prove the promise broken without help of the other tests: ln(1/(alpha weight)). */
  readonly logThreshold: number;
  /** Proven in the same way that the champion is no better here, so that going back to it mends nothing. */
  readonly championAlike: boolean;
  /** "errors 10.4 % of 412 requests: above the limit of 1 %". */
  readonly finding: string;
  /** What a pass may say: "at most 1.2 % errors (0 of 412 requests)". */
  readonly bound: string;
  readonly records: readonly GuardrailTest[];
}

/** ln Σ wᵢEᵢ: again an e-process, however the tests depend on each other. 0 when there is no test. */
export const combinedLogE = (looks: readonly TestLook[]): number =>
  looks.length === 0 ? 0 : lnSumExp(looks.map((look) => Math.log(look.weight) + look.logE));

/**
 * The tests that carry a proof: those that prove it alone or, when only the sum does, the one that adds most.
 */
export const provingTests = (looks: readonly TestLook[]): readonly TestLook[] => {
  const alone = looks.filter((look) => look.logE >= look.logThreshold);
  if (alone.length > 0) return alone;
  const gains = looks.map((look) => Math.log(look.weight) + look.logE);
  const largest = Math.max(...gains);
  return looks.filter((_, index) => gains[index] === largest).slice(0, 1);
};
