/**
 * A release at a glance, as Markdown for the Temporal UI. The looks are a block of aligned text: in a Markdown table,
 * which that UI draws without lines, their figures would not stand below each other.
 */
import { formatFromLog, formatPercent, formatValue } from '../numbers.ts';
import type { ReleaseRecord, StepSummary } from '../release.ts';
import { formatClock, formatDuration, formatTime, millisecondsBetween } from '../time.ts';
import type { Counts, GuardrailTest, Look } from '../watch.ts';
import { answerSaid, answerStands } from './approval-words.ts';
import { alignColumns, codeBlock, escapeMarkdown, inlineCode, shorten } from './markdown.ts';
import { epochWords, hasManyAttempts, ledgerSaid } from './training-ledger.ts';
import { gateWords, outcomeSentence, phaseWords, undoneSentence } from './release-words.ts';

const LOOKS_SHOWN = 8;
const ANSWERS_SHOWN = 8;
const TEXT_SHOWN = 160;
const BAR_LENGTH = 20;

/** Where the release is, what it waits for, and all that it has seen so far, what is going on first. Times are UTC. */
export const releaseDetails = (record: ReleaseRecord): string =>
  [
    headline(record),
    identity(record),
    waiting(record),
    answers(record),
    traffic(record),
    ...record.steps.map(failure),
    compensations(record),
    residue(record.residue),
    looks(record.looks),
    training(record),
    gates(record),
  ]
    .filter((section) => section !== null)
    .join('\n\n');

function headline(record: ReleaseRecord): string {
  const state =
    record.outcome === undefined ? phaseWords[record.phase] : shorten(outcomeSentence(record.outcome), 300);
  const paused = record.paused ? ' (paused)' : '';
  return `**${escapeMarkdown(record.model)}: ${escapeMarkdown(state)}${paused}**`;
}

function identity(record: ReleaseRecord): string {
  const facts = [
    `commit ${inlineCode(record.commit.slice(0, 12))} of ${escapeMarkdown(record.project)}`,
    `candidate ${record.candidateVersion ?? 'not registered yet'}`,
    ...(record.championVersion === undefined ? [] : [`champion ${record.championVersion ?? 'none yet'}`]),
    `started ${formatTime(record.startedAt)} by ${escapeMarkdown(record.trigger.by)}`,
    `${formatDuration(millisecondsBetween(record.startedAt, record.updatedAt))} so far`,
  ];
  return facts.join(' · ');
}

function waiting(record: ReleaseRecord): string | null {
  if (record.waiting === undefined) return null;
  const { for: what, since, next } = record.waiting;
  const told = `**Waits for** ${escapeMarkdown(what)}, since ${formatTime(since)}.`;
  return next === undefined ? told : `${told} Next: ${inlineCode(next)}`;
}

/** What people have said while it waits for them; later the gate tells it. */
function answers({ approvals, phase }: ReleaseRecord): string | null {
  if (approvals.length === 0 || phase !== 'waitingForApproval') return null;
  const marks = { yes: '✓', no: '✗', ignored: '–' } as const;
  const lines = approvals
    .slice(-ANSWERS_SHOWN)
    .map(
      (approval) =>
        `- ${marks[answerStands(approval)]} (${formatClock(approval.at)}) ${escapeMarkdown(oneLine(answerSaid(approval)))}`,
    );
  return `**Answers**\n\n${lines.join('\n')}`;
}

const failure = ({ name, failure: known }: StepSummary): string | null =>
  known === undefined
    ? null
    : `**${escapeMarkdown(name)} failed**: ${escapeMarkdown(known.cause)}. ${escapeMarkdown(known.mend)}`;

function traffic(record: ReleaseRecord): string | null {
  if (record.weights.length === 0) return null;
  const filled = Math.round((record.candidateWeight / 100) * BAR_LENGTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_LENGTH - filled);
  const way = record.weights
    .map((weight) => `${weight.candidateWeight} % at ${formatClock(weight.at)}`)
    .join(' → ');
  return `**Traffic** ${inlineCode(bar)} ${record.candidateWeight} % to the candidate (${way})`;
}

function training(record: ReleaseRecord): string | null {
  if (record.training === undefined) return null;
  const { resumedFrom, attempt, metrics, ledger } = record.training;
  const resumed = resumedFrom > 0 ? `, resumed from epoch ${resumedFrom} (attempt ${attempt})` : '';
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${formatValue(value)}`);
  const told = values.length === 0 ? '' : `: ${escapeMarkdown(values.join(', '))}`;
  const cost = hasManyAttempts(ledger) ? ` · ${ledgerSaid(ledger)}` : '';
  return `**Training** ${epochWords(record.training)}${resumed}${told}${cost}`;
}

/** A list and no table, since its lines wrap: evidence is longer than the page is wide. */
function gates(record: ReleaseRecord): string | null {
  if (record.gates.length === 0) return null;
  const lines = record.gates.map(
    ({ gate, passed, at, evidence }) =>
      `- ${passed ? '✓' : '✗ **FAILED**'} ${gateWords[gate]} (${formatClock(at)}): ${escapeMarkdown(oneLine(evidence))}`,
  );
  return `**Gates**\n\n${lines.join('\n')}`;
}

function looks(all: readonly Look[]): string | null {
  const shown = all.slice(-LOOKS_SHOWN);
  const newest = shown.at(-1);
  if (newest === undefined) return null;
  const title = all.length > shown.length ? `Looks (the last ${shown.length})` : 'Looks';
  const header = ['look', 'at', 'phase', 'candidate errors', 'champion errors', 'e-value', 'action'];
  const verdict = `**Newest look** ${escapeMarkdown(oneLine(newest.verdict.reason))}`;
  return `${verdict}\n\n${section(title, [header, ...shown.map(lookRow)])}`;
}

function lookRow(look: Look): readonly string[] {
  return [
    String(look.number),
    formatClock(look.at),
    look.phase,
    countsCell(look.candidate),
    countsCell(look.champion),
    combined(look.tests),
    look.action,
  ];
}

const countsCell = (counts: Counts): string =>
  counts.total === 0
    ? '-'
    : `${counts.errors}/${counts.total} (${formatPercent(counts.errors / counts.total)})`;

/** The e-value of all tests of the candidate together, weighed equally as the judge weighs them. */
function combined(tests: readonly GuardrailTest[]): string {
  const logs = tests.filter((test) => test.arm === 'candidate').map((test) => test.logE);
  if (logs.length === 0) return '-';
  const largest = Math.max(...logs);
  const mean = logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length;
  return formatFromLog(largest + Math.log(mean));
}

function compensations(record: ReleaseRecord): string | null {
  const told = undoneSentence(record.compensations);
  if (told === null) return null;
  const rows = record.compensations.map((done) => [
    done.verified ? 'verified' : 'NOT VERIFIED',
    done.name,
    oneLine(done.detail),
  ]);
  return section(`Compensations: ${told}`, rows);
}

const residue = (left: readonly string[]): string | null =>
  left.length === 0 ? null : `**Left over**: ${left.map((item) => escapeMarkdown(item)).join('; ')}`;

const section = (title: string, rows: readonly (readonly string[])[]): string =>
  `**${title}**\n\n${codeBlock(alignColumns(rows))}`;

const oneLine = (text: string): string => shorten(text.replace(/\s+/g, ' '), TEXT_SHOWN);
