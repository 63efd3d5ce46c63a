/** Which of the deliveries that a forge could not make it is asked for again, and when. */
import type { FailedDelivery } from './ports/forge.ts';

/** A delivery that has been asked for and may fail again. `guid` is the same in each of its tries. */
interface Asked {
  readonly guid: string;
  readonly times: number;
  /** ISO: not asked for again before it. */
  readonly notBefore: string;
}

/** What one look leaves to the next. */
export interface ReconcilerState {
  /** ISO: the next look begins here. */
  readonly since: string;
  readonly asked: readonly Asked[];
}

export interface Redeliveries {
  readonly ask: readonly FailedDelivery[];
  readonly next: ReconcilerState;
}

/** GitHub keeps deliveries for three days. */
const keptMs = 3 * 24 * 3_600_000;
/** A delivery that is under way at one look has failed by the next, and then with a time before the first. */
const marginMs = 2 * 60_000;
const longestWaitMs = 6 * 3_600_000;
/** Of one look; GitHub lets an App ask 5,000 times an hour for everything. The rest is for the next look. */
const mostAtOnce = 250;
/** A result has to stay far below Temporal's 2 MB; what is forgotten is asked for as if for the first time. */
const mostKept = 2_000;

/** Where a look begins: where the last one that succeeded says, and never before what the forge keeps. */
export const lookSince = (last: ReconcilerState | undefined, now: number): string => {
  const oldest = now - keptMs;
  return new Date(Math.max(oldest, Date.parse(last?.since ?? '') || oldest)).toISOString();
};

/**
 * Asks for each delivery at the first look that sees it failed, and then ever more seldom while it fails again; those
 * that have been asked for least come first. One that is not among the failed any more has arrived, and is forgotten.
 * @param failed those since {@link lookSince} whose newest try failed @param now milliseconds since the epoch, when they were asked for
 */
export function planRedeliveries(
  failed: readonly FailedDelivery[],
  last: ReconcilerState | undefined,
  { now, everyMs }: { readonly now: number; readonly everyMs: number },
): Redeliveries {
  const lookedAt = new Date(now).toISOString();
  const known = new Map(last?.asked.map((asked) => [asked.guid, asked]));
  const oldestFirst = failed.toSorted((a, b) => Date.parse(a.deliveredAt) - Date.parse(b.deliveredAt));
  const timesOf = ({ guid }: FailedDelivery): number => known.get(guid)?.times ?? 0;
  const ask = oldestFirst
    .filter(({ guid }) => Date.parse(known.get(guid)?.notBefore ?? lookedAt) <= now)
    .toSorted((a, b) => timesOf(a) - timesOf(b))
    .slice(0, mostAtOnce);
  const askedNow = new Set(ask.map(({ guid }) => guid));
  const asked = oldestFirst.flatMap(({ guid }) => {
    const before = known.get(guid);
    if (!askedNow.has(guid)) return before === undefined ? [] : [before];
    const times = (before?.times ?? 0) + 1;
    return [{ guid, times, notBefore: new Date(now + waitMs(times, everyMs)).toISOString() }];
  });
  const since = Math.min(
    now - marginMs,
    ...oldestFirst.slice(0, 1).map(({ deliveredAt }) => Date.parse(deliveredAt)),
  );
  return { ask, next: { since: new Date(since).toISOString(), asked: asked.slice(0, mostKept) } };
}

/** A little less than a number of looks, so that the look at that time is not missed. */
const waitMs = (times: number, everyMs: number): number =>
  Math.min(longestWaitMs, everyMs * (2 ** (times - 1) - 0.25));
