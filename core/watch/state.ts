/** What a watch carries from look to look. */
import type { Counts, WatchState } from '../watch.ts';

const noCounts: Counts = { total: 0, errors: 0, slow: 0 };

/** How many looks in a row may lack an answer of the metric source before the release stops to ask a person. */
export const providerErrorsBeforeHold = 3;

/** The state before the first look. `startedAt` is an ISO time; counting begins there. */
export const startWatch = (startedAt: string): WatchState => ({
  startedAt,
  countedUntil: startedAt,
  candidate: noCounts,
  champion: noCounts,
  maxLogE: 0,
  looks: 0,
  consecutiveProviderErrors: 0,
});

/**
 * Requests of two neighbouring windows together. Counters of one process are not read in one instant, so a window
 * may show a bad request before the request itself: then it counts as a request too.
 */
export const addCounts = (a: Counts, b: Counts): Counts => {
  const errors = a.errors + b.errors;
  const slow = a.slow + b.slow;
  return { total: Math.max(a.total + b.total, errors, slow), errors, slow };
};
