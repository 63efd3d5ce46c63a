/** How often a step is tried again, after which wait, and with which settings. */
import type { FailureKind, RetryBudgets, StepSpec } from './step.ts';

/** The budgets of a step, also of one that version 0.1.0 planned. */
export const budgetsOf = ({ retries, attempts = 1 }: Pick<StepSpec, 'retries' | 'attempts'>): RetryBudgets =>
  retries ?? { preemption: 0, infrastructure: attempts - 1, code: 0 };

/** How an attempt ended that did not pass. */
export interface EndedAttempt {
  readonly kind: FailureKind;
  /** Trying again cannot mend it, whatever the budgets. */
  readonly final?: boolean;
  /** It left a checkpoint to go on from. */
  readonly checkpoint?: boolean;
}

/** What comes after attempts that did not pass; `rungs`, `timeoutMs` are the next attempt's. */
export type NextAttempt =
  | {
      readonly again: true;
      readonly rungs: number;
      readonly timeoutMs: number;
      readonly waitMs: number;
      /** `after preemption, half the batch`. */
      readonly why: string;
    }
  | { readonly again: false; readonly reason: string };

/** One attempt, for people: its number, the names of the memory rungs in effect, and why it was needed. */
export interface StepAttempt {
  /** Starts at 1. */
  readonly number: number;
  readonly rungs: readonly string[];
  /** `after preemption, half the batch`; empty for the first. */
  readonly why: string;
}

/** `attempt 3, after preemption, half the batch`; nothing for the first. */
export const attemptWords = ({ number, why }: Pick<StepAttempt, 'number' | 'why'>): readonly string[] =>
  number === 1 ? [] : [`attempt ${number}, ${why}`];

type Tried = Pick<StepSpec, 'retries' | 'attempts' | 'timeoutMs' | 'onTimeout' | 'onOutOfMemory'>;

/**
 * Decides what comes after the attempts in `ended`, which all did not pass and are at least one. Each kind of end has
 * a budget of its own: the file's for preemption, infrastructure and code; a rung of the memory ladder for each time
 * that memory ran out; `onTimeout.times` for the time being up.
 */
export function nextAttempt(step: Tried, ended: readonly EndedAttempt[]): NextAttempt {
  const last = ended.at(-1);
  if (last === undefined) throw new Error('No attempt has ended.');
  const again = timesOf(ended, last.kind);
  if (last.final === true || again > budgetOf(step, last.kind)) {
    return { again: false, reason: whyNoMore(step, ended, last) };
  }
  const rungs = timesOf(ended, 'outOfMemory');
  return {
    again: true,
    rungs,
    timeoutMs: limitAfter(step, ended),
    waitMs: waitAfter(ended, last.kind),
    why: [`after ${kindWords[last.kind]}`, ...(step.onOutOfMemory ?? []).slice(0, rungs).map(nameOf)].join(
      ', ',
    ),
  };
}

function budgetOf(step: Tried, kind: FailureKind): number {
  switch (kind) {
    case 'outOfMemory':
      return step.onOutOfMemory?.length ?? 0;
    case 'timeout':
      return step.onTimeout?.times ?? 0;
    case 'preemption':
    case 'infrastructure':
    case 'code':
      return budgetsOf(step)[kind];
  }
}

/** An attempt that goes on from a checkpoint gets what was added; one that begins anew gets all of it. */
function limitAfter({ timeoutMs, onTimeout }: Tried, ended: readonly EndedAttempt[]): number {
  const latest = ended.findLast(({ kind }) => kind === 'timeout');
  if (latest === undefined || onTimeout === undefined) return timeoutMs;
  const added = onTimeout.extendMs * timesOf(ended, 'timeout');
  return latest.checkpoint === true ? onTimeout.extendMs : timeoutMs + added;
}

/**
 * It grows while attempts in a row end for the same kind of reason. What was reclaimed is soon to be had again; what
 * is away may be away for minutes; less memory or more time is not to be waited for.
 */
function waitAfter(ended: readonly EndedAttempt[], kind: FailureKind): number {
  const others = ended.findLastIndex((attempt) => attempt.kind !== kind);
  const inARow = ended.length - 1 - others;
  switch (kind) {
    case 'preemption':
    case 'code':
      return Math.min(60_000, 1_000 * 2 ** (inARow - 1));
    case 'infrastructure':
      return Math.min(300_000, 5_000 * 4 ** (inARow - 1));
    case 'outOfMemory':
    case 'timeout':
      return 0;
  }
}

function whyNoMore(step: Tried, ended: readonly EndedAttempt[], last: EndedAttempt): string {
  if (ended.length === 1) return '';
  const counts = kinds
    .map((kind) => [kind, timesOf(ended, kind)] as const)
    .filter(([, times]) => times > 0)
    .map(([kind, times]) => `${times} × ${kindWords[kind]}`);
  const noRung = last.kind === 'outOfMemory' && step.onOutOfMemory !== undefined;
  return `${ended.length} attempts ended by ${counts.join(', ')}${noRung ? '; the memory ladder has no further rung' : ''}`;
}

/** What ended an attempt, in a word or two. */
export const kindWords: Readonly<Record<FailureKind, string>> = {
  preemption: 'preemption',
  infrastructure: 'a fault of the infrastructure',
  code: 'a failure of its own',
  outOfMemory: 'running out of memory',
  timeout: 'the end of its time',
};
const kinds = Object.keys(kindWords) as readonly FailureKind[];

const timesOf = (ended: readonly EndedAttempt[], kind: FailureKind): number =>
  ended.filter((attempt) => attempt.kind === kind).length;

/** The memory rungs in effect: their names, and all that they set, later ones over earlier ones. */
export interface MemorySettings {
  readonly rungs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export function memorySettings(
  { onOutOfMemory = [] }: Pick<StepSpec, 'onOutOfMemory'>,
  rungs = 0,
): MemorySettings {
  const climbed = onOutOfMemory.slice(0, rungs);
  return {
    rungs: climbed.map(nameOf),
    env: Object.assign({}, ...climbed.map(({ env }) => env)) as MemorySettings['env'],
  };
}

const nameOf = ({ name }: { readonly name: string }): string => name;
