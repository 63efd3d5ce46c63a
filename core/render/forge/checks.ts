/** The steps of a CI run as checks of its commit. */
import { mostFindings } from '../../annotations/step-findings.ts';
import { plainText } from '../../annotations/finding.ts';
import type { CiStepState } from '../../ci.ts';
import type { CiView } from '../../forge-view.ts';
import type { Check } from '../../ports/forge.ts';
import type { StepOutcome, StepStatus } from '../../step.ts';
import { formatDuration } from '../../time.ts';
import { factsOf, flakyWords, statusWords, takenWords } from '../step-words.ts';
import { fitBlocks } from './layout.ts';
import type { Block } from './layout.ts';
import { attemptsBlock, dataBlock, diagnosticsBlocks, failureBlocks, flakyBlock } from './step-blocks.ts';
import { lastLinesBlock, notesBlock, originBlock, reportBlock } from './step-blocks.ts';
import { escapeText, inlineCode } from './text.ts';

/** A forge cuts longer ones. */
const longestTitle = 140;

/** One check a step, in the order of the file. The same view gives the same checks, character by character. */
export const ciChecks = (view: CiView): readonly Check[] => view.steps.map((step) => stepCheck(view, step));

function stepCheck(view: CiView, step: CiStepState): Check {
  const { id, project, commit, detailsUrl, results, read, ended } = view;
  const outcome = results.find(({ name }) => name === step.name)?.outcome;
  const supersededBy = ended?.supersededBy;
  const reading = read[step.name];
  return {
    project,
    commit,
    name: `longhaul / ${step.name}`,
    key: `${id}#${step.name}`,
    state: checkState(view, step),
    ...(step.startedAt === undefined ? {} : { startedAt: step.startedAt }),
    title: plainText(titleOf(step, supersededBy), longestTitle).replace(/\s+/g, ' '),
    summary: fitBlocks(summaryOf(step, outcome, view)),
    ...(detailsUrl === undefined ? {} : { detailsUrl }),
    annotations: reading?.findings.annotations ?? [],
  };
}

const conclusions = {
  passed: 'success',
  failed: 'failure',
  timedOut: 'timedOut',
  cancelled: 'cancelled',
  skipped: 'skipped',
} as const satisfies Readonly<Record<StepStatus, string>>;

/** A step that did not run has ended when its run began: any time is right that is always the same. */
function checkState({ startedAt }: CiView, step: CiStepState): Check['state'] {
  if (step.state === 'waiting') return { status: 'queued' };
  if (step.state === 'running') return { status: 'running' };
  const begun = Date.parse(step.startedAt ?? startedAt);
  const at = new Date(begun + Math.round((step.seconds ?? 0) * 1000)).toISOString();
  return { status: 'completed', conclusion: conclusions[step.state], at };
}

/** What came of it: `43 tests passed; coverage 91.2 %`, `failed: 2 failed: test_a, test_b`. */
function titleOf(step: CiStepState, supersededBy: string | undefined): string {
  const { state, note, said = '', takenFrom, flakyTests = 0 } = step;
  switch (state) {
    case 'waiting':
      return 'waits for other steps';
    case 'running':
      return note === '' ? 'running' : `running: ${note}`;
    case 'passed': {
      const flaky = flakyTests === 0 ? [] : [flakyWords(flakyTests)];
      const taken = takenFrom === undefined ? [] : [takenWords(takenFrom)];
      return [...flaky, ...(said === '' ? [] : [said]), ...taken].join('; ') || 'passed';
    }
    case 'cancelled':
      return supersededBy === undefined ? `cancelled: ${note}` : `superseded by ${supersededBy.slice(0, 12)}`;
    case 'failed':
    case 'timedOut':
    case 'skipped':
      return `${statusWords[state]}: ${note}`;
  }
}

function summaryOf(step: CiStepState, outcome: StepOutcome | undefined, view: CiView): readonly Block[] {
  const reading = view.read[step.name];
  const time =
    step.seconds === undefined || step.takenFrom !== undefined
      ? []
      : [`took ${formatDuration(step.seconds * 1000)}`];
  const said = [escapeText(step.said ?? '', 2_000), ...time].filter((part) => part !== '').join(' · ');
  const { supersededBy } = view.ended ?? {};
  const superseded =
    supersededBy === undefined
      ? []
      : [`The run made way for the newer commit ${supersededBy.slice(0, 12)} of its pull request.`];
  if (outcome === undefined) return [...superseded, said === '' ? stateSaid(step) : said];
  return [
    ...superseded,
    ...(said === '' ? [] : [said]),
    ...failureBlocks(outcome),
    ...diagnosticsBlocks(reading?.diagnostics),
    ...flakyBlock(outcome),
    ...originBlock(outcome),
    ...attemptsBlock(outcome),
    ...dataBlock(outcome),
    ...notesBlock(outcome),
    ...(reading === undefined ? [] : [...unshown(reading.findings.more), ...reportBlock(reading)]),
    ...lastLinesBlock(step.name, outcome),
    ...(factsOf(outcome)?.log === undefined
      ? []
      : [`The whole log: ${inlineCode(`longhaul logs ${view.id} ${step.name}`)}`]),
  ];
}

const stateSaid = ({ state, note }: CiStepState): string =>
  note === '' ? `It is ${state}.` : escapeText(note, 2_000);

const unshown = (more: number): readonly string[] =>
  more === 0 ? [] : [`${more} more annotations than the ${mostFindings} that are shown are in the log.`];
