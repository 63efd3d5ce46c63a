/** What one look means: the verdict, and what the release does about it. The order of judgement is the order here. */
import { formatFromLog, formatPercent } from '../numbers.ts';
import { formatDuration } from '../time.ts';
import type { Counts, GuardrailTest, Verdict, WatchAction, WatchPolicy, WatchState } from '../watch.ts';
import { guardrailTest } from './guardrail-test.ts';
import {
  combinedLogE,
  provingTests,
  type Arms,
  type SequentialTest,
  type TestLook,
} from './sequential-test.ts';
import { addCounts, providerErrorsBeforeHold } from './state.ts';

/** What the metric source said of the window since the last look. */
export type Observation =
  | { readonly kind: 'providerError'; readonly reason: string }
  | {
      readonly kind: 'counts';
      /** End of the window, as an ISO time. */
      readonly until: string;
      readonly candidate: Counts;
      /** Samples of the candidate in the window: 0 is "nobody looked", not "no requests". */
      readonly candidateSamples: number;
      /** Null where no champion serves. */
      readonly champion: Counts | null;
    };

export interface JudgeInput {
  readonly policy: WatchPolicy;
  readonly state: WatchState;
  readonly observation: Observation;
  /** The planned time is over. */
  readonly concluding: boolean;
  /** How long the watch has gone on past its planned end. */
  readonly extendedMs: number;
  /** A person said to go on although the champion breaks the same limit. */
  readonly acknowledged: boolean;
}

/** A look's judgement; `state` is what the next look begins with. */
export interface Judgement {
  readonly tests: readonly GuardrailTest[];
  readonly verdict: Verdict;
  readonly action: WatchAction;
  readonly state: WatchState;
}

/**
 * Judges one look. First match wins: provider error, no data, a limit proven broken, pass, need more traffic.
 * A proof is the weighted sum of all tests' e-values at any look of the watch reaching 1/alpha, so a candidate that
 * keeps its limits is failed with a chance of at most alpha over the whole watch, however many looks there are.
 */
export const judge = (input: JudgeInput): Judgement => {
  const { observation, policy } = input;
  if (observation.kind === 'providerError') return judgeProviderError(input, observation.reason);
  const counted = countLook(input.state, observation);
  const arms: Arms = {
    candidate: counted.candidate,
    champion: observation.champion === null ? null : counted.champion,
  };
  const looks = testsOf(policy).map((sequential) => sequential.look(arms, policy.alpha));
  const state = { ...counted, maxLogE: Math.max(counted.maxLogE, combinedLogE(looks)) };
  const conclusion =
    observation.candidateSamples === 0
      ? judgeNoData(input)
      : isProven(state, policy)
        ? judgeBrokenLimit(input, state, looks)
        : judgeUnproven(input, state, looks);
  return { tests: looks.flatMap((look) => look.records), state, ...conclusion };
};

type Conclusion = Pick<Judgement, 'verdict' | 'action'>;

/** The tests of a policy: one a guardrail, with equal parts of alpha. */
const testsOf = ({ guardrails }: WatchPolicy): readonly SequentialTest[] =>
  guardrails.map((guardrail) => guardrailTest(guardrail, 1 / guardrails.length));

const isProven = (state: WatchState, policy: WatchPolicy): boolean =>
  state.maxLogE >= Math.log(1 / policy.alpha);

function countLook(state: WatchState, seen: Extract<Observation, { kind: 'counts' }>): WatchState {
  return {
    ...state,
    countedUntil: seen.until,
    candidate: addCounts(state.candidate, seen.candidate),
    champion: seen.champion === null ? state.champion : addCounts(state.champion, seen.champion),
    looks: state.looks + 1,
    consecutiveProviderErrors: 0,
  };
}

/** The window stays uncounted, so the next look counts it; never a pass, and a hold when it goes on. */
function judgeProviderError(input: JudgeInput, problem: string): Judgement {
  const inARow = input.state.consecutiveProviderErrors + 1;
  const exhausted = inARow >= providerErrorsBeforeHold || (input.concluding && isExtensionOver(input));
  const reason = `the metric source failed (${inARow} in a row): ${problem}`;
  return {
    tests: [],
    verdict: { kind: 'providerError', reason },
    action: exhausted ? 'hold' : whileBlind(input),
    state: { ...input.state, looks: input.state.looks + 1, consecutiveProviderErrors: inARow },
  };
}

function judgeNoData(input: JudgeInput): Conclusion {
  const missing = 'no samples of the candidate since the last look';
  if (!input.concluding) {
    return {
      verdict: { kind: 'noData', reason: `${missing}: the candidate gets no more traffic until there are` },
      action: 'hold',
    };
  }
  const { told, over } = extension(input);
  return {
    verdict: { kind: 'noData', reason: `${missing}: ${told}` },
    action: over ? input.policy.onNoData : whileBlind(input),
  };
}

/** Going on without a new look must not lift a hold that rests on a proof. */
const whileBlind = ({ state, policy, acknowledged }: JudgeInput): WatchAction =>
  isProven(state, policy) && !acknowledged ? 'hold' : 'continue';

function judgeBrokenLimit(input: JudgeInput, state: WatchState, looks: readonly TestLook[]): Conclusion {
  const proving = provingTests(looks);
  const findings = proving.map((look) => look.finding).join('; ');
  const value = formatFromLog(state.maxLogE);
  const proof = `${findings} (e-value ${value}, needed ${formatFromLog(Math.log(1 / input.policy.alpha))})`;
  const mends = proving.some((look) => !look.championAlike);
  if (mends) return { verdict: { kind: 'fail', reason: proof }, action: 'rollBack' };
  const alike = `${proof}; the champion breaks the same limit, so going back mends nothing`;
  if (!input.acknowledged) {
    return { verdict: { kind: 'fail', reason: `${alike}: a person has to decide` }, action: 'hold' };
  }
  return {
    verdict: { kind: 'fail', reason: `${alike}: going on, as a person said` },
    action: input.concluding ? 'pass' : 'continue',
  };
}

function judgeUnproven(input: JudgeInput, state: WatchState, looks: readonly TestLook[]): Conclusion {
  const { total } = state.candidate;
  const { minimumRequests, onTooFewRequests } = input.policy;
  if (!input.concluding) {
    const reason = `no limit shown broken in ${total} requests so far; the watch goes on`;
    return { verdict: { kind: 'needMoreTraffic', reason }, action: 'continue' };
  }
  if (total >= minimumRequests) {
    return { verdict: { kind: 'pass', reason: passReason(input.policy, looks) }, action: 'pass' };
  }
  const { told, over } = extension(input);
  const reason = `${total} of the ${minimumRequests} requests that a pass needs: ${told}`;
  return { verdict: { kind: 'needMoreTraffic', reason }, action: over ? onTooFewRequests : 'continue' };
}

function passReason({ alpha }: WatchPolicy, looks: readonly TestLook[]): string {
  if (looks.length === 0) return 'no limits are set';
  const bounds = looks.map((look) => look.bound).join(' and ');
  return `not shown worse: ${bounds}, with ${formatPercent(1 - alpha)} confidence`;
}

const isExtensionOver = ({ extendedMs, policy }: JudgeInput): boolean => extendedMs >= policy.maxExtensionMs;

function extension(input: JudgeInput): { readonly told: string; readonly over: boolean } {
  const over = isExtensionOver(input);
  const length = formatDuration(input.policy.maxExtensionMs);
  return { over, told: over ? `the extension of ${length} is over` : `extended by up to ${length}` };
}
