import { formatPercent } from '../../../core/numbers.ts';
import type { ReleaseRecord } from '../../../core/release.ts';
import { gateWords, outcomeSentence, phaseWords, undoneSentence } from '../../../core/render/release-words.ts';
import { formatClock } from '../../../core/time.ts';
import type { Look } from '../../../core/watch.ts';
import type { ReleaseView } from '../../release-views.ts';

/** What happened between two views of a release, a plain line each, for pipes and logs; every event is told once. */
export function releaseNews(before: ReleaseView | undefined, now: ReleaseView): readonly string[] {
  const record = now.record;
  if (record === undefined) return before === undefined ? [`${now.id} has started`] : [];
  const old = before?.record;
  const lines = [
    ...phaseNews(old, record),
    ...epochNews(before, now),
    ...added(old?.gates, record.gates).map(
      ({ gate, passed, evidence }) => `gate ${gateWords[gate]}: ${passed ? 'passed' : 'FAILED'} (${evidence})`,
    ),
    ...added(old?.approvals, record.approvals).map(({ decision, by, comment }) =>
      comment === '' ? `${decision} by ${by}` : `${decision} by ${by}: ${comment}`,
    ),
    ...added(old?.weights, record.weights).map(({ candidateWeight }) => `traffic: ${candidateWeight} % to the candidate`),
    ...newLooks(old?.looks ?? [], record.looks).map(lookNews),
    ...added(old?.compensations, record.compensations).map(
      ({ name, verified, detail }) => `undone: ${name}, ${verified ? 'verified' : 'NOT VERIFIED'} (${detail})`,
    ),
    ...(record.paused === (old?.paused ?? false) ? [] : [record.paused ? 'paused' : 'resumed']),
    ...outcomeNews(old, record),
  ];
  return lines.map((line) => `${formatClock(record.updatedAt)} ${line.replace(/\s*\n\s*/g, ' ')}`);
}

const added = <T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] => now.slice(before?.length ?? 0);

function phaseNews(old: ReleaseRecord | undefined, record: ReleaseRecord): readonly string[] {
  const samePhase = old?.phase === record.phase;
  const sameWaiting = old?.waiting?.for === record.waiting?.for && old?.waiting?.since === record.waiting?.since;
  if (record.phase === 'ended' || (samePhase && sameWaiting)) return [];
  const waiting = record.waiting === undefined ? '' : `, waits for ${record.waiting.for}`;
  return [`${phaseWords[record.phase]}${waiting}`];
}

/** The newest epoch that a training step told, when it told another before. */
function epochNews(before: ReleaseView | undefined, now: ReleaseView): readonly string[] {
  const progressOf = (view: ReleaseView | undefined) =>
    view?.pending.find(({ progress }) => progress?.epoch !== undefined)?.progress;
  const progress = progressOf(now);
  if (progress?.epoch === undefined || progress.epoch === progressOf(before)?.epoch) return [];
  return [`${progress.step}: epoch ${progress.epoch} of ${progress.epochs ?? '?'}`];
}

/** The record keeps only the newest looks, so they are told apart by phase and number. */
function newLooks(before: readonly Look[], now: readonly Look[]): readonly Look[] {
  const known = new Set(before.map(({ phase, number }) => `${phase} ${number}`));
  return now.filter(({ phase, number }) => !known.has(`${phase} ${number}`));
}

function lookNews({ phase, number, candidate, verdict, action }: Look): string {
  const share = candidate.total === 0 ? 'no requests' : `${candidate.errors} of ${candidate.total} requests failed (${formatPercent(candidate.errors / candidate.total)})`;
  return `look ${number} of ${phase}: candidate ${share}; ${verdict.kind}, ${action}: ${verdict.reason}`;
}

function outcomeNews(old: ReleaseRecord | undefined, record: ReleaseRecord): readonly string[] {
  if (record.outcome === undefined || old?.outcome !== undefined) return [];
  const undone = undoneSentence(record.compensations);
  return [undone === null ? outcomeSentence(record.outcome) : `${outcomeSentence(record.outcome)}; ${undone}`];
}
