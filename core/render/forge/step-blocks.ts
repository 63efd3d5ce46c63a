/** What is said of one step, in a check of its own and in the comment of a pull request. */
import type { StepReading } from '../../forge-view.ts';
import { formatBytes } from '../../numbers.ts';
import type { DataFacts, StepOutcome } from '../../step.ts';
import type { DataStatistics, TrainingDiagnostics } from '../../training-diagnostics.ts';
import { formatDuration } from '../../time.ts';
import { hasManyAttempts, ledgerHeader, ledgerRows, ledgerSaid } from '../training-ledger.ts';
import { factsOf, flakySaid } from '../step-words.ts';
import { foldedCode, listBlock, tableBlock } from './layout.ts';
import type { Block } from './layout.ts';
import { escapeText, inlineCode } from './text.ts';

/** Why a step did not pass, what is known of it and how to mend it. */
export function failureBlocks(outcome: StepOutcome): readonly Block[] {
  if (outcome.status === 'passed') return [];
  const failure = factsOf(outcome)?.failure;
  return [
    escapeText(outcome.reason, 2_000),
    ...(failure === undefined
      ? []
      : [`**Cause:** ${escapeText(failure.cause, 2_000)}  \n**Mend:** ${escapeText(failure.mend, 2_000)}`]),
  ];
}

/** The end of what it printed, folded away. */
export function lastLinesBlock(name: string, outcome: StepOutcome): readonly Block[] {
  if (outcome.status !== 'failed' && outcome.status !== 'timedOut') return [];
  const { lastLines } = outcome;
  return lastLines.length === 0 ? [] : [foldedCode(`The last lines of ${name}`, lastLines)];
}

/** What a failed training left: the error, the data as it lay there, and the trace folded away. */
export function diagnosticsBlocks(diagnostics: TrainingDiagnostics | undefined): readonly Block[] {
  if (diagnostics === undefined) return [];
  const { error, data } = diagnostics;
  const said = error.message === '' ? '' : `: ${escapeText(error.message, 1_000)}`;
  const trace = error.trace.split('\n').filter((line) => line.trim() !== '');
  return [
    `**Error:** ${inlineCode(error.type)}${said}`,
    ...(data.length === 0 ? [] : [tableBlock(['data', 'rows', 'columns', 'nulls'], data.map(dataRow), 20)]),
    ...(trace.length === 0 ? [] : [foldedCode('The whole trace', trace)]),
  ];
}

const dataRow = ({ name, rows, columns, nulls, missing }: DataStatistics): readonly string[] => [
  escapeText(name, 100),
  missing ? '**missing**' : (rows?.toLocaleString('en-US') ?? ''),
  columns === undefined ? '' : String(columns),
  nullsSaid(Object.entries(nulls)),
];

function nullsSaid(nulls: readonly (readonly [string, number])[]): string {
  const shown = nulls.toSorted((a, b) => b[1] - a[1]).slice(0, 5);
  const told = shown.map(([column, count]) => `${inlineCode(column, 60)} ${count}`);
  return [...told, ...(nulls.length > shown.length ? [`and ${nulls.length - shown.length} more`] : [])].join(
    ', ',
  );
}

/** The report for people that a step left, folded away. */
export const reportBlock = ({ report }: Pick<StepReading, 'report'>): readonly Block[] =>
  report === undefined || report.text.trim() === ''
    ? []
    : [foldedCode(report.name, report.text.trim().split('\n'))];

/** Tests that failed and then passed. */
export function flakyBlock(outcome: StepOutcome): readonly Block[] {
  const flaky = factsOf(outcome)?.flaky ?? [];
  if (flaky.length === 0) return [];
  return [
    '**Flaky tests**',
    listBlock(flaky.map((test) => `${escapeText(flakySaid(test))}: ${escapeText(test.message)}`)),
  ];
}

/** Where its data came from. */
export function dataBlock(outcome: StepOutcome): readonly Block[] {
  const data = factsOf(outcome)?.data ?? [];
  return data.length === 0 ? [] : ['**Data**', listBlock(data.map(dataSaid))];
}

const dataSaid = ({ target, files, bytes, source, digest }: DataFacts): string =>
  `${inlineCode(target)}: ${files} files, ${formatBytes(bytes)}, from the ${source}, ${inlineCode(shortDigest(digest))}`;

/** The first 12 digits. */
export const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12);

/** What a training cost that was tried more than once. */
export function attemptsBlock(outcome: StepOutcome): readonly Block[] {
  const ledger = factsOf(outcome)?.training?.ledger;
  if (!hasManyAttempts(ledger)) return [];
  const rows = ledgerRows(ledger).map((row) => row.map((cell) => escapeText(cell)));
  return [`**Attempts:** ${escapeText(ledgerSaid(ledger))}`, tableBlock(ledgerHeader, rows)];
}

/** Whose result it took over, or why it ran. */
export function originBlock(outcome: StepOutcome): readonly Block[] {
  const { takenFrom, because = [] } = factsOf(outcome) ?? {};
  if (takenFrom !== undefined) {
    const { run, commit, seconds } = takenFrom;
    return [
      `Taken over from ${inlineCode(commit.slice(0, 12))}, where it passed with the same inputs (${inlineCode(run)}): ${formatDuration(seconds * 1000)} saved.`,
    ];
  }
  return because.length === 0
    ? []
    : [
        `Ran because ${because
          .slice(0, 5)
          .map((why) => escapeText(why))
          .join('; ')}.`,
      ];
}

/** Things worth telling a person. */
export function notesBlock(outcome: StepOutcome): readonly Block[] {
  const notes = factsOf(outcome)?.notes ?? [];
  return notes.length === 0 ? [] : ['**Notes**', listBlock(notes.map((note) => escapeText(note, 1_000)))];
}
