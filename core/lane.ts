/** The rules of a lane: who has it next, who makes way, and why the others wait. */
import { formatTime } from './time.ts';

/** What a workflow that asks for a lane says of itself. Histories of 0.1 have `holder` and `runId` alone. */
export interface LaneRequest {
  readonly holder: string;
  readonly runId: string;
  /** ISO time at which it asked first: its place, also in the eyes of a lane that has forgotten it. */
  readonly since?: string;
  /** Goes before others: what undoes something before all, a hotfix before what is neither. */
  readonly urgency?: 'undo' | 'hotfix';
  readonly project?: string;
  /** ISO time at which the release began: which of two is the newer. */
  readonly startedAt?: string;
  /** Older releases of its project that wait make way for it. */
  readonly supersedes?: true;
  /** It makes way for a hotfix as long as it is a canary. */
  readonly interruptible?: true;
  /** How long it holds the lane at most, unless a person holds it up. */
  readonly plannedMs?: number;
  /** It holds the lane by a workflow of its own, which nobody else can start meanwhile. */
  readonly fenced?: true;
}

/** One place in a lane's queue. */
export interface LaneTicket extends LaneRequest {
  readonly since: string;
  /** ISO time since which it holds the lane. */
  readonly grantedAt?: string;
}

/** A time in which nothing new begins. What holds the lane already goes on. */
export interface Freeze {
  readonly reason: string;
  /** ISO times; without an end until somebody thaws the lane. */
  readonly from: string;
  readonly until?: string;
  /** Hotfixes pass. */
  readonly hotfixes?: true;
  /** Who froze it by hand; absent: the operator's file. */
  readonly by?: string;
}

/** A lane as it is: who holds it, who waits, and the freezes that hold now or come next. */
export interface LaneView {
  readonly holder: LaneTicket | null;
  readonly waiting: readonly LaneTicket[];
  readonly freezes: readonly Freeze[];
}

/** Why a ticket waits, as of the time at which it was told. */
export interface LaneWait {
  /** Who holds the lane; absent: nobody does. */
  readonly behind?: string;
  /** How many others go before it. */
  readonly ahead: number;
  /** A sentence without its full stop. */
  readonly why: string;
  readonly since: string;
  /** ISO time at which its turn comes at the latest, if nobody is held up; absent: nobody can know. */
  readonly until?: string;
}

const rank = ({ urgency }: LaneTicket): number => (urgency === 'undo' ? 0 : urgency === 'hotfix' ? 1 : 2);

const time = (iso: string): number => Date.parse(iso);

/** Those who wait, in the order in which they get the lane. */
export const inTurn = (waiting: readonly LaneTicket[]): readonly LaneTicket[] =>
  waiting.toSorted((a, b) => rank(a) - rank(b) || time(a.since) - time(b.since));

const holdsUp = (freeze: Freeze, { urgency }: LaneTicket): boolean =>
  urgency !== 'undo' && !(urgency === 'hotfix' && freeze.hotfixes === true);

const holdsAt = ({ from, until }: Freeze, ms: number): boolean =>
  time(from) <= ms && (until === undefined || ms < time(until));

/** The freeze that holds a ticket up at a time, the longest one; undefined when none does. */
export const freezeOf = (freezes: readonly Freeze[], ticket: LaneTicket, at: string): Freeze | undefined =>
  freezes
    .filter((freeze) => holdsUp(freeze, ticket) && holdsAt(freeze, time(at)))
    .toSorted((a, b) => endOf(b) - endOf(a))[0];

const endOf = ({ until }: Freeze): number => (until === undefined ? Infinity : time(until));

/** Who gets a free lane now: the first in turn that no freeze holds up. */
export const nextInTurn = (view: LaneView, at: string): LaneTicket | undefined =>
  inTurn(view.waiting).find((ticket) => freezeOf(view.freezes, ticket, at) === undefined);

export interface Supersession {
  readonly older: LaneTicket;
  readonly by: LaneTicket;
}

/**
 * Who of those who wait makes way for a newer release of the same project that says so. A hotfix makes way for
 * hotfixes alone and supersedes nothing else: it need not contain what the others bring.
 */
export const supersessions = (waiting: readonly LaneTicket[]): readonly Supersession[] =>
  waiting.flatMap((older) => {
    const [by] = waiting
      .filter((newer) => newer.supersedes === true && isNewer(newer, older))
      .toSorted((a, b) => startOf(b) - startOf(a));
    return by === undefined ? [] : [{ older, by }];
  });

const isNewer = (newer: LaneTicket, older: LaneTicket): boolean =>
  older.urgency !== 'undo' &&
  newer.urgency === older.urgency &&
  older.project !== undefined &&
  newer.project === older.project &&
  startOf(newer) > startOf(older);

const startOf = ({ startedAt }: LaneTicket): number => (startedAt === undefined ? NaN : time(startedAt));

/** The hotfix that the holder is to make way for, if its file lets it. */
export const interruptedFor = ({ holder, waiting, freezes }: LaneView, at: string): LaneTicket | undefined =>
  holder?.interruptible === true && holder.urgency === undefined
    ? inTurn(waiting).find(
        (ticket) => ticket.urgency === 'hotfix' && freezeOf(freezes, ticket, at) === undefined,
      )
    : undefined;

/** Why a ticket waits, behind what, since when, and until when at most. */
export function waitOf(view: LaneView, ticket: LaneTicket, at: string): LaneWait {
  const { holder } = view;
  const ahead = before(view, ticket).length;
  const freeze = freezeOf(view.freezes, ticket, at);
  const until = latestTurn(view, ticket, at);
  const why = [
    ...(freeze === undefined ? [] : [freezeInWords(freeze)]),
    ...(holder === null
      ? []
      : [`held by ${holder.holder} since ${formatTime(holder.grantedAt ?? holder.since)}`]),
    ...(ahead === 0 ? [] : [`${ahead === 1 ? 'another goes' : `${ahead} others go`} before it`]),
    ...(until === undefined ? [] : [`until ${formatTime(until)} at most`]),
  ].join(', ');
  return {
    ...(holder === null ? {} : { behind: holder.holder }),
    ahead,
    why: why === '' ? 'it is the next' : why,
    since: ticket.since,
    ...(until === undefined ? {} : { until }),
  };
}

/** `frozen by ann until 2026-11-23 07:00:00: the audit`. */
export const freezeInWords = ({ by, until, reason, hotfixes }: Freeze): string =>
  [
    'frozen',
    ...(by === undefined ? [] : [` by ${by}`]),
    ...(until === undefined ? [' until it is thawed'] : [` until ${formatTime(until)}`]),
    ...(hotfixes === true ? [' but for hotfixes'] : []),
    `: ${reason}`,
  ].join('');

/**
 * What of a ticket's wait is news to it, as a key: for the next in turn who holds the lane, for the others only that
 * they are not the next; and for all which freeze holds them up. So each is told a bounded number of times.
 */
export function newsOf(view: LaneView, ticket: LaneTicket, at: string): string {
  const freeze = freezeOf(view.freezes, ticket, at);
  const frozen = freeze === undefined ? '' : `${freeze.reason} ${freeze.until ?? ''}`;
  const place = before(view, ticket).length === 0 ? `next ${view.holder?.runId ?? ''}` : 'later';
  return `${place} ${frozen}`;
}

const before = ({ waiting }: LaneView, ticket: LaneTicket): readonly LaneTicket[] => {
  const order = inTurn(waiting);
  return order.slice(0, order.indexOf(ticket));
};

/** All before it take as long as they said, and wait out the freezes that are known. */
function latestTurn(view: LaneView, ticket: LaneTicket, at: string): string | undefined {
  let ms: number | undefined = time(at);
  if (view.holder !== null) {
    const { grantedAt, plannedMs } = view.holder;
    if (grantedAt === undefined || plannedMs === undefined) return undefined;
    ms = time(grantedAt) + plannedMs;
    if (ms < time(at)) return undefined; // It is held up: for how long nobody knows.
  }
  for (const one of before(view, ticket)) {
    ms = thawed(view.freezes, one, ms);
    if (ms === undefined || one.plannedMs === undefined) return undefined;
    ms += one.plannedMs;
  }
  ms = thawed(view.freezes, ticket, ms);
  return ms === undefined || ms === time(at) ? undefined : new Date(ms).toISOString();
}

/** The first moment from `ms` on at which no known freeze holds the ticket up; undefined where that has no end. */
function thawed(freezes: readonly Freeze[], ticket: LaneTicket, ms: number): number | undefined {
  let free = ms;
  for (;;) {
    const freeze = freezeOf(freezes, ticket, new Date(free).toISOString());
    if (freeze === undefined) return free;
    if (freeze.until === undefined) return undefined;
    free = time(freeze.until);
  }
}
