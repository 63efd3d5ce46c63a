import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  freezeOf,
  inTurn,
  interruptedFor,
  newsOf,
  nextInTurn,
  supersessions,
  waitOf,
} from '../../core/lane.ts';
import type { Freeze, LaneTicket, LaneView } from '../../core/lane.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 20, 16, minute)).toISOString();
const now = at(0);

const ticket = (name: string, change: Partial<LaneTicket> = {}): LaneTicket => ({
  holder: `release/m/${name}`,
  runId: name,
  since: at(-60),
  project: 'o/r',
  ...change,
});

const view = (change: Partial<LaneView> = {}): LaneView => ({
  holder: null,
  waiting: [],
  freezes: [],
  ...change,
});

const freeze = (change: Partial<Freeze> = {}): Freeze => ({
  reason: 'weekend',
  from: at(-10),
  until: at(30),
  ...change,
});

const names = (tickets: readonly LaneTicket[]): readonly string[] => tickets.map(({ runId }) => runId);

describe('who is next', () => {
  const waiting = [
    ticket('b', { since: at(-30) }),
    ticket('hotfix', { since: at(-10), urgency: 'hotfix' }),
    ticket('a', { since: at(-40) }),
    ticket('undo', { since: at(-5), urgency: 'undo' }),
  ];

  it('is what undoes something, then a hotfix, then whoever came first', () => {
    expect(names(inTurn(waiting))).toEqual(['undo', 'hotfix', 'a', 'b']);
  });

  it('is nobody whom a freeze holds up: an undo passes, a hotfix where the freeze says so', () => {
    expect(nextInTurn(view({ waiting, freezes: [freeze()] }), now)?.runId).toBe('undo');
    const rest = waiting.filter(({ urgency }) => urgency !== 'undo');
    expect(nextInTurn(view({ waiting: rest, freezes: [freeze()] }), now)).toBeUndefined();
    const open = [freeze({ hotfixes: true })];
    expect(nextInTurn(view({ waiting: rest, freezes: open }), now)?.runId).toBe('hotfix');
    const both = [...open, freeze({ reason: 'audit' })];
    expect(nextInTurn(view({ waiting: rest, freezes: both }), now)).toBeUndefined();
    expect(nextInTurn(view({ waiting: rest, freezes: both }), at(30))?.runId).toBe('hotfix');
  });

  it('is the same whatever order the requests became known in, and nobody is passed by a later one of his kind', () => {
    const tickets = fc.uniqueArray(
      fc.record({
        minute: fc.integer({ min: 0, max: 5_000 }),
        urgency: fc.constantFrom('undo', 'hotfix', undefined),
      }),
      { selector: ({ minute }) => minute, maxLength: 30 },
    );
    fc.assert(
      fc.property(tickets, fc.infiniteStream(fc.nat()), (drawn, noise) => {
        const made = drawn.map(({ minute, urgency }) =>
          ticket(String(minute), {
            since: at(minute),
            ...(urgency === undefined ? {} : { urgency }),
          }),
        );
        const shuffled = made
          .map((one) => [noise.next().value, one] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, one]) => one);
        const order = inTurn(shuffled);
        expect(names(order)).toEqual(names(inTurn(made)));
        const ranks = ['undo', 'hotfix', undefined];
        for (const [place, later] of order.entries()) {
          for (const earlier of order.slice(0, place)) {
            const [one, other] = [ranks.indexOf(earlier.urgency), ranks.indexOf(later.urgency)];
            expect(one).toBeLessThanOrEqual(other);
            if (one === other) expect(Date.parse(earlier.since)).toBeLessThan(Date.parse(later.since));
          }
        }
      }),
    );
  });
});

describe('supersession', () => {
  const older = ticket('older', { startedAt: at(-100) });
  const newer = ticket('newer', { startedAt: at(-90), supersedes: true });
  const pairs = (...waiting: readonly LaneTicket[]) =>
    supersessions(waiting).map((pair) => [pair.older.runId, pair.by.runId]);

  it('makes the older of two releases of a project yield to the newer, where that says so', () => {
    expect(pairs(newer, older)).toEqual([['older', 'newer']]);
    expect(pairs({ ...newer, startedAt: at(-110) }, older)).toEqual([]);
    const { supersedes: _, ...mild } = newer;
    expect(pairs(mild, older)).toEqual([]);
  });

  it('names the newest, and leaves it', () => {
    const newest = ticket('newest', { startedAt: at(-80), supersedes: true });
    expect(pairs(older, newest, newer)).toEqual([
      ['older', 'newest'],
      ['newer', 'newest'],
    ]);
  });

  it('touches neither another project, nor an undo, nor a hotfix for what is none', () => {
    expect(pairs({ ...older, project: 'o/other' }, newer)).toEqual([]);
    expect(pairs({ ...older, urgency: 'undo' }, newer)).toEqual([]);
    expect(pairs({ ...older, urgency: 'hotfix' }, newer)).toEqual([]);
    expect(pairs(older, { ...newer, urgency: 'hotfix' })).toEqual([]);
    expect(pairs({ ...older, urgency: 'hotfix' }, { ...newer, urgency: 'hotfix' })).toEqual([
      ['older', 'newer'],
    ]);
    expect(pairs({ holder: 'h', runId: 'of-0.1', since: now }, newer)).toEqual([]);
  });
});

describe('interruption', () => {
  const hotfix = ticket('hotfix', { urgency: 'hotfix' });
  const holder = ticket('canary', { interruptible: true });

  it('asks a holder to make way for a hotfix only where its file lets it, and no freeze holds the hotfix up', () => {
    const waiting = [ticket('other'), hotfix];
    expect(interruptedFor(view({ holder, waiting }), now)?.runId).toBe('hotfix');
    expect(interruptedFor(view({ holder: ticket('canary'), waiting }), now)).toBeUndefined();
    expect(interruptedFor(view({ holder, waiting: [ticket('other')] }), now)).toBeUndefined();
    expect(interruptedFor(view({ holder, waiting, freezes: [freeze()] }), now)).toBeUndefined();
    const urgent = { ...holder, urgency: 'hotfix' } as const;
    expect(interruptedFor(view({ holder: urgent, waiting }), now)).toBeUndefined();
  });
});

describe('why one waits', () => {
  const holder = ticket('holder', { grantedAt: at(-20), plannedMs: 50 * 60_000 });
  const first = ticket('first', { since: at(-15), plannedMs: 10 * 60_000 });
  const second = ticket('second', { since: at(-5) });

  it('is who holds the lane, who goes before, since when, and until when at most', () => {
    const seen = view({ holder, waiting: [second, first] });
    expect(waitOf(seen, first, now)).toEqual({
      behind: 'release/m/holder',
      ahead: 0,
      why: 'held by release/m/holder since 2026-11-20 15:40:00, until 2026-11-20 16:30:00 at most',
      since: at(-15),
      until: at(30),
    });
    expect(waitOf(seen, second, now)).toMatchObject({ ahead: 1, until: at(40) });
    expect(waitOf(seen, second, now).why).toContain('another goes before it');
  });

  it('has no end that anybody knows where the holder is held up, or does not say how long it takes', () => {
    const late = { ...holder, grantedAt: at(-60) };
    expect(waitOf(view({ holder: late, waiting: [first] }), first, now).until).toBeUndefined();
    const { plannedMs: _, ...silent } = holder;
    expect(waitOf(view({ holder: silent, waiting: [first] }), first, now).until).toBeUndefined();
  });

  it('is the freeze with its end and its reason; one by hand may have no end', () => {
    const frozen = waitOf(view({ waiting: [first], freezes: [freeze()] }), first, now);
    expect(frozen).toMatchObject({ ahead: 0, until: at(30) });
    expect(frozen.why).toContain('frozen until 2026-11-20 16:30:00: weekend');
    const { until: _, ...byHand } = freeze({ by: 'ann', reason: 'audit' });
    const open = waitOf(view({ waiting: [first], freezes: [byHand] }), first, now);
    expect(open.until).toBeUndefined();
    expect(open.why).toBe('frozen by ann until it is thawed: audit');
  });

  it('reaches over a freeze that begins before its turn comes, and over freezes in a row', () => {
    const freezes = [
      freeze({ from: at(20), until: at(60) }),
      freeze({ from: at(60), until: at(90), reason: 'audit' }),
    ];
    expect(waitOf(view({ holder, waiting: [first], freezes }), first, now).until).toBe(at(90));
  });

  it('is told anew when that is news: to the next in turn who holds it, to all which freeze', () => {
    const before = view({ holder, waiting: [first, second] });
    const after = view({ ...before, holder: ticket('another') });
    expect(newsOf(before, first, now)).not.toBe(newsOf(after, first, now));
    expect(newsOf(before, second, now)).toBe(newsOf(after, second, now));
    const frozen = { ...before, freezes: [freeze()] };
    expect(newsOf(before, second, now)).not.toBe(newsOf(frozen, second, now));
  });
});

it('names the longest of the freezes that hold', () => {
  const { until: _, ...endless } = freeze({ reason: 'audit', by: 'ann' });
  expect(freezeOf([freeze(), endless], ticket('a'), now)?.reason).toBe('audit');
  expect(freezeOf([freeze({ from: at(1) })], ticket('a'), now)).toBeUndefined();
});
