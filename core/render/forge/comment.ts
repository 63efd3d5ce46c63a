/** The single comment on a pull request, made anew each time and put in the place of what stands there. */
import type { CiStepState } from '../../ci.ts';
import type { CiView, PullRequestFacts, StepReading } from '../../forge-view.ts';
import { formatPercent } from '../../numbers.ts';
import type { FlakyTest } from '../../step.ts';
import type { FlakyHistory } from '../../test-history.ts';
import { formatDuration } from '../../time.ts';
import { factsOf, flakySaid, flakyWords, takenWords } from '../step-words.ts';
import { answersSection } from './answers.ts';
import { checklistSection } from './checklist.ts';
import { coverageBlocks, dataBlocks, metricsBlocks } from './comparisons.ts';
import { fitBlocks, listBlock, tableBlock } from './layout.ts';
import type { Block } from './layout.ts';
import { diagnosticsBlocks, failureBlocks, lastLinesBlock, reportBlock } from './step-blocks.ts';
import { escapeText, inlineCode } from './text.ts';

/** Failed steps that are told one by one; the table has all of them. */
const mostFailures = 8;

/**
 * Markdown of the comment. `standing` is what stands there now: the ticks of people and the answers to their commands
 * are kept. The same facts give the same comment.
 */
export function pullRequestComment(facts: PullRequestFacts, standing: string | null): string {
  const { run } = facts;
  return fitBlocks([
    { must: headline(run) },
    ...aboutBlocks(run),
    stepTable(run),
    ...failedSteps(run),
    ...metricsBlocks(facts),
    ...dataBlocks(facts),
    ...coverageBlocks(facts),
    ...flakyBlocks(facts),
    { must: checklistSection(facts, standing) },
    { must: answersSection(standing) },
  ]);
}

function headline({ ended, commit, steps }: CiView): string {
  const code = inlineCode(commit.slice(0, 12));
  if (ended === undefined) {
    const done = steps.filter(({ state }) => state !== 'running' && state !== 'waiting').length;
    return `## ⏳ CI of ${code} is running: ${done} of ${steps.length} steps done`;
  }
  if (ended.supersededBy !== undefined)
    return `## ⏹ CI of ${code} made way for ${inlineCode(ended.supersededBy.slice(0, 12))}`;
  return ended.passed ? `## ✅ CI of ${code} passed` : `## ❌ CI of ${code} failed`;
}

function aboutBlocks({ ended, steps, detailsUrl, id, untrusted }: CiView): readonly string[] {
  const taken = steps.filter(({ takenFrom }) => takenFrom !== undefined);
  const saved = taken.reduce((sum, { takenFrom }) => sum + (takenFrom?.seconds ?? 0), 0);
  const parts = [
    ...(ended === undefined
      ? []
      : [
          `${steps.length} ${steps.length === 1 ? 'step' : 'steps'} in ${formatDuration(ended.seconds * 1000)}`,
        ]),
    ...(taken.length === 0
      ? []
      : [`${taken.length} taken over from earlier runs (${formatDuration(saved * 1000)} saved)`]),
    ...(untrusted === true
      ? ['code of a stranger: it got no secrets, and its results are kept for nobody else']
      : []),
    detailsUrl === undefined
      ? `more with ${inlineCode(`longhaul ci show ${id}`)}`
      : `[details](${linkTarget(detailsUrl)})`,
  ];
  return [parts.join(' · ')];
}

/** Nothing in an address may end the link. */
const linkTarget = (url: string): string =>
  url
    .toWellFormed()
    .replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
    .replace(/[^\w\-.~:/?#@!$&*+,;=%]/gu, (character) => encodeURIComponent(character));

const marks: Readonly<Record<CiStepState['state'], string>> = {
  passed: '✅ passed',
  failed: '❌ failed',
  timedOut: '❌ timed out',
  cancelled: '⏹ cancelled',
  skipped: '⏭ skipped',
  running: '⏳ running',
  waiting: '⏳ waiting',
};

/** Of many steps those first that did not pass. */
function stepTable({ steps }: CiView): Block {
  const most = 60;
  const shown = steps.length <= most ? steps : steps.toSorted((a, b) => rank(a) - rank(b));
  return tableBlock(['step', '', 'time', 'what came of it'], shown.map(stepRow), most);
}

const rank = ({ state }: CiStepState): number =>
  state === 'failed' || state === 'timedOut' ? 0 : state === 'passed' ? 2 : 1;

function stepRow({
  name,
  state,
  note,
  said = '',
  seconds,
  takenFrom,
  flakyTests = 0,
}: CiStepState): readonly string[] {
  const flaky = flakyTests === 0 ? [] : [`⚠ ${flakyWords(flakyTests)}`];
  const why = state === 'passed' ? [] : [escapeText(note, 300)];
  const taken = takenFrom === undefined ? [] : [escapeText(takenWords(takenFrom))];
  const told = [...flaky, ...why, escapeText(said, 400), ...taken].filter((part) => part !== '');
  const time = seconds === undefined || takenFrom !== undefined ? '' : formatDuration(seconds * 1000);
  return [escapeText(name, 100), marks[state], time, told.join('; ')];
}

function failedSteps({ results, read }: CiView): readonly Block[] {
  const failed = results.filter(({ outcome: { status } }) => status === 'failed' || status === 'timedOut');
  return failed.slice(0, mostFailures).flatMap(({ name, outcome }) => {
    const reading: StepReading | undefined = read[name];
    const title =
      reading?.diagnostics === undefined
        ? `${escapeText(name, 100)}: why it failed`
        : `${escapeText(name, 100)}: the training failed`;
    return [
      `### ${title}`,
      ...failureBlocks(outcome),
      ...diagnosticsBlocks(reading?.diagnostics),
      ...(reading === undefined ? [] : reportBlock(reading)),
      ...(reading?.diagnostics === undefined ? lastLinesBlock(name, outcome) : []),
    ];
  });
}

/** Those of this run, each with how often it was flaky before. */
function flakyBlocks({ run, history }: PullRequestFacts): readonly Block[] {
  const tests = run.results.flatMap(({ name: step, outcome }) =>
    (factsOf(outcome)?.flaky ?? []).map((test) => flakyItem(step, test, history)),
  );
  return tests.length === 0 ? [] : ['### Flaky tests', listBlock(tests, 20)];
}

function flakyItem(step: string, test: FlakyTest, history: readonly FlakyHistory[]): string {
  const before = history.find((each) => each.step === step && each.test === test.name);
  const often =
    before === undefined
      ? ''
      : ` (flaky in ${before.flakyRuns} of ${before.runs} runs, ${formatPercent(before.rate)})`;
  const message = test.message === '' ? '' : `: ${escapeText(test.message, 200)}`;
  return `${escapeText(step, 100)}: ${escapeText(flakySaid(test))}${often}${message}`;
}
