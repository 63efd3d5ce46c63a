import { saidBy } from '../../../core/approval.ts';
import { formatPercent } from '../../../core/numbers.ts';
import type { Approval, ReleaseRecord } from '../../../core/release.ts';
import { answerSaid } from '../../../core/render/approval-words.ts';
import {
  gateWords,
  outcomeSentence,
  phaseWords,
  undoneSentence,
} from '../../../core/render/release-words.ts';
import { formatClock } from '../../../core/time.ts';
import type { Look } from '../../../core/watch.ts';
import type { ReleaseView } from '../../release-views.ts';
import { isUndecided, verdictWords } from './verdict-words.ts';

/** One event: when (ISO time) and what. */
type Event = readonly [at: string, what: string];

/**
 * What happened between two views of a release, a plain line each, for pipes and logs; every event is told once, with
 * its own time. `seenAt` is the time of what has none of its own.
 */
export function releaseNews(
  before: ReleaseView | undefined,
  now: ReleaseView,
  seenAt: Date = new Date(),
): readonly string[] {
  const record = now.record;
  if (record === undefined) return before === undefined ? [`${now.id} has started`] : [];
  const old = before?.record;
  const events: readonly Event[] = [
    ...added(old?.gates, record.gates).map(({ at, gate, passed, evidence }): Event => [
      at,
      `gate ${gateWords[gate]}: ${passed ? 'passed' : 'FAILED'} (${evidence})`,
    ]),
    ...approvalEvents(old, record),
    ...added(old?.reminders, record.reminders ?? []).map(({ at, kind, missing }): Event => [
      at,
      `${kind}: the approval still needs ${missing}`,
    ]),
    ...phaseEvents(old, record),
    ...epochEvents(before, now, seenAt.toISOString()),
    ...added(old?.weights, record.weights).map(({ at, candidateWeight }): Event => [
      at,
      `traffic: ${candidateWeight} % to the candidate`,
    ]),
    ...newLooks(old?.looks ?? [], record.looks).map((look): Event => [look.at, lookWords(look)]),
    ...added(old?.compensations, record.compensations).map(({ name, verified, detail }): Event => [
      record.updatedAt,
      `undone: ${name}, ${verified ? 'verified' : 'NOT VERIFIED'} (${detail})`,
    ]),
    ...pauseEvents(old, record),
    ...outcomeEvents(old, record),
  ];
  return events
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([at, what]) => `${formatClock(at)} ${what.replace(/\s*\n\s*/g, ' ')}`);
}

const added = <T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] =>
  now.slice(before?.length ?? 0);

/** New answers, and those that have fallen since. The clock is at the line's beginning. */
function approvalEvents(old: ReleaseRecord | undefined, record: ReleaseRecord): readonly Event[] {
  const before = old?.approvals ?? [];
  return record.approvals.flatMap((approval, index): readonly Event[] => {
    const known = before[index];
    const { at, fell } = approval;
    const given: Event = [at, answerSaid(withoutFall(approval))];
    const fallen: readonly Event[] =
      fell === undefined || known?.fell !== undefined
        ? []
        : [[fell.at, `the answer of ${saidBy(approval)} has fallen: ${fell.reason}`]];
    return known === undefined ? [given, ...fallen] : fallen;
  });
}

const withoutFall = ({ fell: _, ...approval }: Approval): Approval => approval;

function phaseEvents(old: ReleaseRecord | undefined, record: ReleaseRecord): readonly Event[] {
  const samePhase = old?.phase === record.phase;
  const sameWaiting =
    old?.waiting?.for === record.waiting?.for && old?.waiting?.since === record.waiting?.since;
  if (record.phase === 'ended' || (samePhase && sameWaiting)) return [];
  const { waiting } = record;
  const words = phaseWords[record.phase];
  return waiting === undefined
    ? [[record.updatedAt, words]]
    : [[waiting.since, `${words}, waits for ${waiting.for}`]];
}

/** The newest epoch that a training step told, when it told another before. */
function epochEvents(before: ReleaseView | undefined, now: ReleaseView, seenAt: string): readonly Event[] {
  const progressOf = (view: ReleaseView | undefined) =>
    view?.pending.find(({ progress }) => progress?.epoch !== undefined)?.progress;
  const progress = progressOf(now);
  if (progress?.epoch === undefined || progress.epoch === progressOf(before)?.epoch) return [];
  return [[seenAt, `${progress.step}: epoch ${progress.epoch} of ${progress.epochs ?? '?'}`]];
}

/** The record keeps only the newest looks, so they are told apart by phase and number. */
function newLooks(before: readonly Look[], now: readonly Look[]): readonly Look[] {
  const known = new Set(before.map(({ phase, number }) => `${phase} ${number}`));
  return now.filter(({ phase, number }) => !known.has(`${phase} ${number}`));
}

function lookWords(look: Look): string {
  const { phase, number, candidate, verdict } = look;
  const { errors, total } = candidate;
  const share =
    total === 0 ? 'no requests' : `${errors} of ${total} requests failed (${formatPercent(errors / total)})`;
  const meaning = isUndecided(look) ? verdict.reason : `${verdictWords(look)}: ${verdict.reason}`;
  return `look ${number} of ${phase}: candidate ${share}; ${meaning}`;
}

function pauseEvents(old: ReleaseRecord | undefined, record: ReleaseRecord): readonly Event[] {
  return record.paused === (old?.paused ?? false)
    ? []
    : [[record.updatedAt, record.paused ? 'paused' : 'resumed']];
}

function outcomeEvents(old: ReleaseRecord | undefined, record: ReleaseRecord): readonly Event[] {
  if (record.outcome === undefined || old?.outcome !== undefined) return [];
  const undone = undoneSentence(record.compensations);
  const words = outcomeSentence(record.outcome);
  return [[record.updatedAt, undone === null ? words : `${words}; ${undone}`]];
}
