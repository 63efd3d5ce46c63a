/** An absolute limit on one arm's share of bad requests, as a sequential test. */
import { formatPercent, formatPercentUp, formatValue } from '../numbers.ts';
import { lnEvidence, upperBound, type BadCount } from '../statistics/limit-test.ts';
import type { Counts, Guardrail, GuardrailTest } from '../watch.ts';
import type { SequentialTest } from './sequential-test.ts';

export const guardrailTest = (guardrail: Guardrail, weight: number): SequentialTest => ({
  weight,
  look: ({ candidate, champion }, alpha) => {
    const spent = alpha * weight;
    const ofCandidate = testArm('candidate', guardrail, badCount(guardrail, candidate), spent);
    const ofChampion =
      champion === null ? null : testArm('champion', guardrail, badCount(guardrail, champion), spent);
    return {
      weight,
      logE: ofCandidate.logE,
      logThreshold: ofCandidate.logThreshold,
      championAlike: ofChampion !== null && ofChampion.logE >= ofChampion.logThreshold,
      finding: findingOf(guardrail, ofCandidate),
      bound: boundOf(guardrail, ofCandidate),
      records: ofChampion === null ? [ofCandidate] : [ofCandidate, ofChampion],
    };
  },
});

const badCount = (guardrail: Guardrail, counts: Counts): BadCount => ({
  bad: guardrail.sli === 'errors' ? counts.errors : counts.slow,
  total: counts.total,
});

const testArm = (
  arm: GuardrailTest['arm'],
  { sli, limit }: Guardrail,
  count: BadCount,
  alpha: number,
): GuardrailTest => ({
  sli,
  arm,
  limit,
  ...count,
  logE: lnEvidence(count, limit),
  logThreshold: Math.log(1 / alpha),
  upperBound: upperBound(count, alpha),
});

const nameOf = (guardrail: Guardrail): string =>
  guardrail.sli === 'errors' ? 'errors' : `answers slower than ${formatValue(guardrail.thresholdSeconds)} s`;

function findingOf(guardrail: Guardrail, { bad, total, limit }: GuardrailTest): string {
  const share = formatPercent(total === 0 ? 0 : bad / total);
  return `${nameOf(guardrail)} ${share} of ${total} requests: above the limit of ${formatPercent(limit)}`;
}

const boundOf = (guardrail: Guardrail, { bad, total, upperBound }: GuardrailTest): string =>
  `at most ${formatPercentUp(upperBound)} ${nameOf(guardrail)} (${bad} of ${total} requests)`;
