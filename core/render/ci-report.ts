/** The report of a CI run that people read. */
import type { CiRunResult, CiStepResult, Trigger } from '../ci.ts';
import type { DataFacts, Diagnosis } from '../step.ts';
import { formatDuration, formatTime, millisecondsBetween } from '../time.ts';
import { checklistMarkdown, ciChecklist } from './checklist.ts';
import { codeBlock, escapeMarkdown, inlineCode, markdownTable } from './markdown.ts';
import { sourceSaid } from './source-words.ts';
import { hasManyAttempts, ledgerHeader, ledgerRows, ledgerSaid } from './training-ledger.ts';
import { endWords, factsOf, flakySaid, reasonOf, statusWords, stepSaid } from './step-words.ts';

/** A CI run that has ended, before its reports are stored. `seconds` is wall-clock time. */
export interface EndedCiRun extends Omit<CiRunResult, 'report' | 'passed'> {
  readonly trigger: Trigger;
}

/** A run passes when every step passed; one that made way for a newer commit has not. */
export const hasPassed = ({ steps, supersededBy }: Pick<EndedCiRun, 'steps' | 'supersededBy'>): boolean =>
  supersededBy === undefined && steps.every(({ outcome }) => outcome.status === 'passed');

/** `passed`, `failed`, `superseded`. */
export const runSaid = (run: Pick<EndedCiRun, 'steps' | 'supersededBy'>): string =>
  run.supersededBy === undefined ? (hasPassed(run) ? 'passed' : 'failed') : 'superseded';

/** What kept a run from being one like others. */
export const circumstances = ({
  pullRequest,
  supersededBy,
  untrusted,
}: Pick<EndedCiRun, 'pullRequest' | 'supersededBy' | 'untrusted'>): readonly string[] => [
  ...(pullRequest === undefined ? [] : [`for pull request #${pullRequest}`]),
  ...(supersededBy === undefined ? [] : [`made way for ${supersededBy.slice(0, 12)}`]),
  ...(untrusted === true
    ? ['code of a stranger: without secrets, and nothing of it is kept for others']
    : []),
];

/** Markdown: the checklist, a table of the steps, why steps failed and how to mend it, flaky tests, data, and notes. */
export const ciReport = (run: EndedCiRun): string =>
  [
    `# CI run ${runSaid(run)}: ${escapeMarkdown(run.project)} at ${inlineCode(run.commit.slice(0, 12))}`,
    facts(run),
    checklistMarkdown(ciChecklist(run.steps)),
    stepTable(run.steps),
    list(
      'Taken over',
      run.steps.flatMap((step) => takenOver(step, run.startedAt)),
    ),
    ...run.steps.map(failure),
    ...run.steps.map(training),
    list('Flaky tests', run.steps.flatMap(flakyOf)),
    list('Data', run.steps.flatMap(dataOf)),
    list('Notes', run.steps.flatMap(notesOf)),
  ]
    .filter((section) => section !== null)
    .join('\n\n') + '\n';

function facts(run: EndedCiRun): string {
  return [
    `Started ${formatTime(run.startedAt)} UTC by ${escapeMarkdown(run.trigger.by)} (${run.trigger.kind})`,
    `took ${formatDuration(run.seconds * 1000)}`,
    ...savedBy(run.steps),
    `commit ${inlineCode(run.commit)}`,
    ...(run.source === undefined ? [] : [`of ${sourceSaid(run.source)}`]),
    ...circumstances(run),
    `configuration ${inlineCode(run.configDigest)}`,
  ].join(', ');
}

/** What steps would have taken that passed with the same inputs before. */
function savedBy(steps: readonly CiStepResult[]): readonly string[] {
  const taken = steps.flatMap(({ outcome }) => factsOf(outcome)?.takenFrom ?? []);
  if (taken.length === 0) return [];
  const saved = taken.reduce((sum, { seconds }) => sum + seconds, 0);
  return [`took over ${taken.length} of ${steps.length} steps (${formatDuration(saved * 1000)} saved)`];
}

function takenOver({ name, outcome }: CiStepResult, now: string): readonly string[] {
  const from = factsOf(outcome)?.takenFrom;
  if (from === undefined) return [];
  const age = formatDuration(millisecondsBetween(from.at, now));
  return [`${name}: the result of ${from.run}, ${age} before, ${formatDuration(from.seconds * 1000)} saved`];
}

function stepTable(steps: readonly CiStepResult[]): string {
  const rows = steps.map(({ name, outcome }) => {
    const ran = factsOf(outcome);
    return [
      escapeMarkdown(name),
      endWords(outcome),
      ran === null ? '' : formatDuration(ran.seconds * 1000),
      escapeMarkdown(stepSaid(outcome)),
      ran?.log === undefined ? '' : inlineCode(ran.log.digest),
    ];
  });
  return markdownTable(['step', 'status', 'time', 'what it said', 'log'], rows);
}

function failure({ name, outcome }: CiStepResult): string | null {
  if (outcome.status !== 'failed' && outcome.status !== 'timedOut') return null;
  const title = `## ${escapeMarkdown(name)} ${statusWords[outcome.status]}`;
  const told = [title, escapeMarkdown(reasonOf(outcome) ?? ''), ...diagnosisOf(outcome.failure)];
  return [...told, ...(outcome.lastLines.length === 0 ? [] : [codeBlock(outcome.lastLines)])].join('\n\n');
}

const diagnosisOf = (diagnosis: Diagnosis | undefined): readonly string[] =>
  diagnosis === undefined
    ? []
    : [`**Cause:** ${escapeMarkdown(diagnosis.cause)}`, `**Mend:** ${escapeMarkdown(diagnosis.mend)}`];

/** What a training cost, of one that was tried more than once. */
function training({ name, outcome }: CiStepResult): string | null {
  const ledger = factsOf(outcome)?.training?.ledger;
  if (!hasManyAttempts(ledger)) return null;
  const rows = ledgerRows(ledger).map((row) => row.map(escapeMarkdown));
  return [
    `## Attempts of ${escapeMarkdown(name)}`,
    `${ledgerSaid(ledger)}.`,
    markdownTable(ledgerHeader, rows),
  ].join('\n\n');
}

const flakyOf = ({ name, outcome }: CiStepResult): readonly string[] =>
  (factsOf(outcome)?.flaky ?? []).map((test) => `${name}: ${flakySaid(test)}: ${test.message}`);

const dataOf = ({ name, outcome }: CiStepResult): readonly string[] =>
  (factsOf(outcome)?.data ?? []).map((data) => `${name}: ${dataSaid(data)}`);

const dataSaid = ({ target, source, files, bytes, digest }: DataFacts): string =>
  `${target} from the ${source}, ${files} files, ${bytes} bytes, ${digest}`;

const notesOf = ({ name, outcome }: CiStepResult): readonly string[] =>
  (factsOf(outcome)?.notes ?? []).map((note) => `${name}: ${note}`);

const list = (title: string, items: readonly string[]): string | null =>
  items.length === 0
    ? null
    : [`## ${title}`, items.map((item) => `- ${escapeMarkdown(item)}`).join('\n')].join('\n\n');
