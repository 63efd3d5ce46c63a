/** The checklists that a run and a release have to complete, each item with what its gate said. */
import { formatPercent } from '../numbers.ts';
import type { GateResult, ReleasePhase, ReleaseRecord } from '../release.ts';
import type { Strategy } from '../serving.ts';
import type { StepOutcome } from '../step.ts';
import { escapeMarkdown } from './markdown.ts';
import { endWords, reasonOf, stepSaid } from './step-words.ts';

export interface CheckItem {
  readonly title: string;
  /** `pending` also where the run ended before it came here; `said` then tells so. */
  readonly state: 'passed' | 'failed' | 'running' | 'pending';
  /** What the gate or the step said; empty while there is nothing to say. */
  readonly said: string;
}

interface ReleaseCheck {
  readonly gate: GateResult['gate'];
  readonly title: (record: ReleaseRecord) => string;
  /** Phases in which this is being found out. */
  readonly phases: readonly ReleasePhase[];
}

/** How a candidate proves itself before it takes over. */
const takeOverChecks: Readonly<Record<Strategy, ReleaseCheck>> = {
  canary: { gate: 'canary', title: canaryTitle, phases: ['canary'] },
  blueGreen: {
    gate: 'preview',
    title: () => 'New colour checked before the switch',
    phases: ['deploying', 'preview'],
  },
};

/** In the order in which a release comes to them. */
const releaseChecks = ({ strategy = 'canary' }: ReleaseRecord): readonly ReleaseCheck[] => [
  {
    gate: 'training',
    title: () => 'Training on the full data done',
    phases: ['starting', 'training', 'evaluating'],
  },
  { gate: 'registration', title: () => 'Registered in the model registry', phases: ['registering'] },
  { gate: 'staging', title: () => 'Deployed to staging', phases: ['waitingForStagingLane', 'staging'] },
  { gate: 'integration', title: () => 'Integration tests passed', phases: ['integrationTests'] },
  { gate: 'load', title: () => 'Performance tests passed (P95, errors)', phases: ['loadTest'] },
  { gate: 'approval', title: () => 'Deployment to production approved', phases: ['waitingForApproval'] },
  takeOverChecks[strategy],
];

/** The gates behind the items of {@link releaseChecklist}, in the same order. */
export const checkedGates = (record: ReleaseRecord): readonly GateResult['gate'][] =>
  releaseChecks(record).map(({ gate }) => gate);

function canaryTitle({ guardrails }: ReleaseRecord): string {
  const errors = guardrails.find((guardrail) => guardrail.sli === 'errors');
  return errors === undefined
    ? 'Canary verified'
    : `Canary verified (errors < ${formatPercent(errors.limit)})`;
}

/** The CD checklist of a release. Where a gate was asked twice, its last answer counts. */
export const releaseChecklist = (record: ReleaseRecord): readonly CheckItem[] =>
  releaseChecks(record).map(({ gate, title, phases }) => {
    const ended = record.outcome !== undefined;
    if (!ended && phases.includes(record.phase)) {
      return { title: title(record), state: 'running', said: record.waiting?.for ?? '' };
    }
    const answer = record.gates.findLast((result) => result.gate === gate);
    if (answer === undefined)
      return { title: title(record), state: 'pending', said: ended ? 'not reached' : '' };
    return { title: title(record), state: answer.passed ? 'passed' : 'failed', said: answer.evidence };
  });

/** The guide's words for its own steps; a step with another name is called by it. */
const stepTitles: ReadonlyMap<string, string> = new Map([
  ['lint', 'Lint passed'],
  ['unit-tests', 'Unit tests and their coverage passed'],
  ['data-validation', 'Data validated'],
  ['feature-tests', 'Feature tests passed'],
  ['train-sample', 'Training on the sample done'],
  ['evaluate', 'Evaluation reaches its minimum'],
]);

/** The CI checklist: an item a step, in the order given; a step without an outcome is pending. */
export const ciChecklist = (
  steps: readonly { readonly name: string; readonly outcome?: StepOutcome }[],
): readonly CheckItem[] =>
  steps.map(({ name, outcome }) => {
    const title = stepTitles.get(name) ?? name;
    if (outcome === undefined) return { title, state: 'pending', said: '' };
    if (outcome.status === 'skipped' || outcome.status === 'cancelled') {
      return { title, state: 'pending', said: `not run: ${reasonOf(outcome) ?? ''}` };
    }
    const flaky = outcome.status === 'passed' && (outcome.flaky ?? []).length > 0 ? [endWords(outcome)] : [];
    const said = [...flaky, stepSaid(outcome)].filter((part) => part !== '').join('; ');
    return { title, state: outcome.status === 'passed' ? 'passed' : 'failed', said };
  });

const boxes: Readonly<Record<CheckItem['state'], string>> = {
  passed: '[x]',
  failed: '[ ] **failed**',
  running: '[ ] *running*',
  pending: '[ ]',
};

/** Markdown task list. */
export const checklistMarkdown = (items: readonly CheckItem[]): string =>
  items
    .map(({ title, state, said }) => {
      const told = said === '' ? '' : `: ${escapeMarkdown(said)}`;
      return `- ${boxes[state]} ${escapeMarkdown(title)}${told}`;
    })
    .join('\n');
