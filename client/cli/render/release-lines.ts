import { formatPercent } from '../../../core/numbers.ts';
import type { ReleaseRecord } from '../../../core/release.ts';
import { shorten } from '../../../core/render/markdown.ts';
import { outcomeSentence, phaseWords, undoneSentence } from '../../../core/render/release-words.ts';
import { formatClock, formatElapsed, formatTime, millisecondsBetween } from '../../../core/time.ts';
import type { Counts, Look } from '../../../core/watch.ts';
import type { ReleaseView } from '../../release-views.ts';
import { approvalLines } from './approval-lines.ts';
import { bar } from './bar.ts';
import type { Page } from './page.ts';
import { pendingLines } from './pending-lines.ts';
import { releaseRows } from './release-rows.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';
import { tableLines } from './table-lines.ts';
import { cut, wrap } from './text.ts';
import { treeLines } from './tree-lines.ts';
import { verdictWords } from './verdict-words.ts';

/**
 * Where a release is: the block that `release watch` draws again and again, and the head of `release show` (without
 * looks).
 */
export function releaseLines(
  view: ReleaseView,
  now: Date,
  { columns, style }: Page,
  looksShown = 5,
): readonly string[] {
  const { id, record } = view;
  const head = `${style.strong(id)}  ${stateOf(view, style)}`;
  if (record === undefined) return wrapAll([head, ...pendingLines(view.pending, style)], columns);
  return [
    ...wrapAll([head, identityLine(record, now), ...staleLine(view, style)], columns),
    ...wrapAll(waitingLine(record, now, style), columns),
    ...wrapAll(record.phase === 'waitingForApproval' ? approvalLines(record, style) : [], columns),
    ...treeLines(releaseRows(record, now, style), columns, 'wrap'),
    ...wrapAll([...trainingLine(record), ...trafficLine(record)], columns),
    ...pendingLines(view.pending, style).map((line) => cut(line, columns)),
    ...wrapAll(warningLines(record, style), columns),
    ...lookLines(looksShown === 0 ? [] : record.looks.slice(-looksShown)).map((line) => cut(line, columns)),
    ...wrapAll(undoLines(record, style), columns),
  ];
}

const wrapAll = (lines: readonly string[], columns: number): readonly string[] =>
  lines.flatMap((line) => wrap(line, columns));

/** In words: its outcome, or its phase. */
export function stateWords({ record, status }: ReleaseView): string {
  if (record?.outcome !== undefined) return outcomeSentence(record.outcome);
  const phase = record === undefined ? 'starting' : phaseWords[record.phase];
  if (status !== 'RUNNING') return `${status.toLowerCase().replaceAll('_', ' ')} while ${phase}`;
  return record?.paused === true ? `${phase} (paused)` : phase;
}

function stateOf(view: ReleaseView, style: Style): string {
  const words = stateWords(view);
  if (view.record?.outcome?.kind === 'released') return style.good(words);
  return view.record?.outcome === undefined && view.status === 'RUNNING'
    ? style.wait(words)
    : style.bad(words);
}

function identityLine(record: ReleaseRecord, now: Date): string {
  const until = record.outcome === undefined ? now.toISOString() : record.updatedAt;
  return [
    `${record.project} ${record.commit.slice(0, 12)}`,
    `candidate ${record.candidateVersion ?? 'not registered yet'}`,
    ...(record.championVersion === undefined ? [] : [`champion ${record.championVersion ?? 'none yet'}`]),
    formatElapsed(millisecondsBetween(record.startedAt, until)),
    `started ${formatTime(record.startedAt)} UTC by ${record.trigger.by}`,
  ].join(' · ');
}

const staleLine = ({ status, answeredBy, record }: ReleaseView, style: Style): readonly string[] =>
  status === 'RUNNING' && answeredBy === 'store' && record !== undefined
    ? [
        style.bad(
          `No worker answers; this is how it stood at ${formatTime(record.updatedAt)}. Start them: longhaul up`,
        ),
      ]
    : [];

function waitingLine({ waiting, outcome }: ReleaseRecord, now: Date, style: Style): readonly string[] {
  if (waiting === undefined || outcome !== undefined) return [];
  const long = formatElapsed(millisecondsBetween(waiting.since, now.toISOString()));
  return [`${style.wait('waits')}     for ${waiting.for}, since ${formatTime(waiting.since)} (${long})`];
}

function trainingLine({ phase, training }: ReleaseRecord): readonly string[] {
  if (training === undefined || (phase !== 'training' && training.resumedFrom === 0)) return [];
  const { epoch, epochs, resumedFrom, attempt } = training;
  if (epochs === 0) return [];
  const resumed = resumedFrom > 0 ? `, resumed from epoch ${resumedFrom} (attempt ${attempt})` : '';
  return [`training  ${bar(epoch / epochs)} epoch ${epoch} of ${epochs}${resumed}`];
}

/** After the end only the way is told: the candidate is champion by then, or a later undo took it away. */
function trafficLine({ candidateWeight, outcome, weights }: ReleaseRecord): readonly string[] {
  if (weights.length === 0) return [];
  const way = weights.map((weight) => `${weight.candidateWeight} % at ${formatClock(weight.at)}`).join(' → ');
  if (outcome !== undefined) return [`traffic   candidate ${way}`];
  return [`traffic   ${bar(candidateWeight / 100)} ${candidateWeight} % to the candidate (${way})`];
}

/** The looks as a table; empty when there are none. */
export function lookLines(looks: readonly Look[], columns = Infinity): readonly string[] {
  if (looks.length === 0) return [];
  const header = ['look', 'at', 'phase', 'candidate errors', 'champion errors', 'verdict', ''];
  return tableLines([header, ...looks.map(lookRow)], columns);
}

const lookRow = (look: Look): readonly string[] => [
  String(look.number),
  formatClock(look.at),
  look.phase,
  countsCell(look.candidate),
  countsCell(look.champion),
  verdictWords(look),
  shorten(look.verdict.reason.replace(/\s+/g, ' '), 100),
];

const countsCell = ({ errors, total }: Counts): string =>
  total === 0 ? '-' : `${errors} of ${total} (${formatPercent(errors / total)})`;

/** What the environments told that stopped nothing. */
const warningLines = ({ warnings = [] }: ReleaseRecord, style: Style): readonly string[] =>
  warnings.map((warning) => `${style.wait('!')} ${warning}`);

/** What was undone, how surely, and what is left over. */
export function undoLines({ compensations, residue }: ReleaseRecord, style: Style): readonly string[] {
  const told = undoneSentence(compensations);
  return [
    ...(told === null ? [] : [style.strong(told)]),
    ...compensations.map(({ name, verified, detail }) =>
      verified
        ? `  ${style.good(marks.good)} ${name}: ${detail}`
        : `  ${style.bad(marks.bad)} ${name}: ${detail}`,
    ),
    ...residue.map((left) => style.bad(`  left over: ${left}`)),
  ];
}
