/** What a training cost: the sums over its attempts. */
import type { FailureKind, TrainingAttempt, TrainingLedger } from './step.ts';

/** One attempt as it is kept while it goes on; times are ISO. */
export interface LedgerEntry {
  /** Starts at 1. */
  readonly number: number;
  readonly host: string;
  readonly startedAt: string;
  /** The last time that the attempt was known to be alive. */
  readonly aliveAt: string;
  /** Absent while it goes on, and for ever when its worker was lost. */
  readonly end?: {
    readonly at: string;
    readonly ended: TrainingAttempt['ended'];
    readonly reason?: string;
  };
  readonly rungs: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly fromEpoch: number;
  readonly toEpoch: number;
  /** The newest checkpoint that is in the store, and when it was made; absent when this attempt made none. */
  readonly checkpoint?: { readonly epoch: number; readonly at: string };
  readonly gpus?: number;
}

/** How an earlier attempt ended, by the word of the workflow; times are ISO. */
export interface HeardEnd {
  readonly number: number;
  readonly ended: FailureKind;
  readonly reason: string;
  /** When it was handed out, and when its end was heard of. */
  readonly from: string;
  readonly to: string;
}

/**
 * Ends the entries of attempts before `number` that did not tell their own end: where they were last known to be
 * alive. An attempt that left no entry gets one: it trained nothing.
 */
export function closeEarlier(
  entries: readonly LedgerEntry[],
  heard: readonly HeardEnd[],
  number: number,
): readonly LedgerEntry[] {
  const known = entries
    .filter((entry) => entry.number < number)
    .map((entry) => {
      const told = heard.find((each) => each.number === entry.number);
      return entry.end === undefined ? closeLost(entry, told) : entry;
    });
  const unknown = heard.filter((each) => !known.some((entry) => entry.number === each.number));
  return [...known, ...unknown.map(withoutEntry)].sort((a, b) => a.number - b.number);
}

function closeLost(entry: LedgerEntry, told: HeardEnd | undefined): LedgerEntry {
  const at = told === undefined || entry.aliveAt < told.to ? entry.aliveAt : told.to;
  const { ended, reason } = told ?? { ended: 'preemption' as const, reason: 'its worker was lost' };
  return { ...entry, end: { at, ended, reason } };
}

const withoutEntry = ({ number, ended, reason, from, to }: HeardEnd): LedgerEntry => ({
  ...{ number, host: '', startedAt: from, aliveAt: to, end: { at: to, ended, reason } },
  ...{ rungs: [], settings: {}, fromEpoch: 0, toEpoch: 0 },
});

/**
 * Adds attempts up. In milliseconds, useful + lost + waiting is the time from the first start to the last end, exactly:
 * attempts of clocks that differ are moved to where the one before has ended.
 */
export function addUp(entries: readonly LedgerEntry[]): TrainingLedger {
  const ordered = [...entries].sort((a, b) => a.number - b.number);
  let clock = Date.parse(ordered[0]?.startedAt ?? '');
  let waiting = 0;
  const attempts = ordered.map((entry) => {
    const start = Math.max(clock, Date.parse(entry.startedAt));
    const end = Math.max(start, Date.parse(entry.end?.at ?? entry.aliveAt));
    waiting += start - clock;
    clock = end;
    return attemptOf(entry, start, end);
  });
  const sum = (of: (attempt: TrainingAttempt) => number): number =>
    attempts.reduce((total, attempt) => total + Math.round(of(attempt) * 1000), 0) / 1000;
  const gpuSeconds = sum(({ gpus = 0, secondsUseful, secondsLost }) => gpus * (secondsUseful + secondsLost));
  return {
    attempts,
    seconds: {
      useful: sum(({ secondsUseful }) => secondsUseful),
      lost: sum(({ secondsLost }) => secondsLost),
      waiting: waiting / 1000,
    },
    ...(gpuSeconds === 0 ? {} : { gpuSeconds }),
  };
}

function attemptOf(entry: LedgerEntry, start: number, end: number): TrainingAttempt {
  const { number, host, rungs, settings, fromEpoch, toEpoch, checkpoint, gpus } = entry;
  const { ended, reason } = entry.end ?? { ended: 'preemption' as const };
  const useful = usefulUntil(entry, start, end) - start;
  return {
    ...{ number, host, rungs, settings, fromEpoch, toEpoch, ended },
    startedAt: new Date(start).toISOString(),
    endedAt: new Date(end).toISOString(),
    ...(reason === undefined ? {} : { reason }),
    checkpoint: checkpoint?.epoch ?? fromEpoch,
    secondsUseful: useful / 1000,
    secondsLost: (end - start - useful) / 1000,
    ...(gpus === undefined ? {} : { gpus }),
  };
}

/** All of an attempt that passed; of another one what its last checkpoint has saved. */
function usefulUntil(entry: LedgerEntry, start: number, end: number): number {
  if (entry.end?.ended === 'passed') return end;
  const saved = entry.checkpoint === undefined ? start : Date.parse(entry.checkpoint.at);
  return Math.min(end, Math.max(start, saved));
}
