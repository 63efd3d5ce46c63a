/** The vocabulary of a watch: what is counted, what is promised, what was seen, what was concluded. */

/** Requests of one arm: all, those answered 5xx, and those slower than the latency threshold. */
export interface Counts {
  readonly total: number;
  readonly errors: number;
  readonly slow: number;
}

/**
 * An absolute limit on the candidate. `limit` is a share of requests (0.01 = 1 %). For latency, "P95 <= 2 s" is
 * the same as "at most 5 % of requests slower than 2 s": limit 0.05, thresholdSeconds 2.
 */
export type Guardrail =
  | { readonly sli: 'errors'; readonly limit: number }
  | { readonly sli: 'latency'; readonly limit: number; readonly thresholdSeconds: number };

export interface WatchPolicy {
  readonly guardrails: readonly Guardrail[];
  /** Chance of failing a good candidate, over the whole watch and all guardrails together. */
  readonly alpha: number;
  /** Fewest requests of the candidate that a pass may rest on. */
  readonly minimumRequests: number;
  readonly intervalMs: number;
  /** How long the watch may go on past its end for want of traffic. */
  readonly maxExtensionMs: number;
  /** What to do when there are no samples at all at the end of the extension. */
  readonly onNoData: 'hold' | 'rollBack';
  /** What to do when there were too few requests at the end of the extension. */
  readonly onTooFewRequests: 'hold' | 'rollBack' | 'pass';
}

/** One sequential test at one look, with all that is needed to recompute it. */
export interface GuardrailTest {
  readonly sli: Guardrail['sli'];
  readonly arm: 'candidate' | 'champion';
  readonly limit: number;
  readonly bad: number;
  readonly total: number;
  /** Natural logarithm of the e-value, and the threshold that it has to reach. */
  readonly logE: number;
  readonly logThreshold: number;
  /** Upper bound, at the watch's confidence, of the arm's true share of bad requests. */
  readonly upperBound: number;
}

export type Verdict =
  | { readonly kind: 'pass'; readonly reason: string }
  | { readonly kind: 'fail'; readonly reason: string }
  | { readonly kind: 'needMoreTraffic'; readonly reason: string }
  | { readonly kind: 'noData'; readonly reason: string }
  | { readonly kind: 'providerError'; readonly reason: string };

/** What the release does with a verdict: go on watching, stop advancing and ask a person, or end the watch. */
export type WatchAction = 'continue' | 'hold' | 'pass' | 'rollBack';

/** What a watch carries from look to look (and over a continue-as-new): sufficient statistics, nothing more. */
export interface WatchState {
  readonly startedAt: string;
  /** End of the last window that was counted. */
  readonly countedUntil: string;
  readonly candidate: Counts;
  readonly champion: Counts;
  /** Largest combined log e-value so far: a proof once reached stays a proof. */
  readonly maxLogE: number;
  readonly looks: number;
  readonly consecutiveProviderErrors: number;
}

/** One look, as kept in the record and shown to people. */
export interface Look {
  readonly number: number;
  readonly at: string;
  readonly phase: string;
  readonly candidate: Counts;
  readonly champion: Counts;
  readonly tests: readonly GuardrailTest[];
  readonly verdict: Verdict;
  readonly action: WatchAction;
  /** The queries behind the counts. */
  readonly queries: readonly string[];
}
