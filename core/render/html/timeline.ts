/** When each step ran, as a picture: a row a step, in the order of the tree. */
import type { CiStepResult } from '../../ci.ts';
import { formatDuration, millisecondsBetween } from '../../time.ts';
import { shorten } from '../markdown.ts';
import { stepTree } from '../step-tree.ts';
import type { StepNode } from '../step-tree.ts';
import { factsOf, statusWords } from '../step-words.ts';
import { label, markup } from './markup.ts';
import type { Html } from './markup.ts';

const width = 1000;
const labels = 300;
const rowHeight = 26;
const axisHeight = 24;
/** Right of the last tick, for the time that is written beside a bar. */
const margin = 80;

interface Row {
  readonly step: CiStepResult;
  readonly depth: number;
}

/** Null when the run does not know when its steps began. `seconds` is what the whole run took. */
export const timeline = (steps: readonly CiStepResult[], startedAt: string, seconds: number): Html | null => {
  if (steps.every((step) => step.startedAt === undefined)) return null;
  const rows = rowsOf(stepTree(steps), 0);
  const height = axisHeight + rows.length * rowHeight + 4;
  const span = Math.max(1, seconds);
  const x = (at: number): number =>
    labels + (Math.min(span, Math.max(0, at)) / span) * (width - labels - margin);
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="timeline-title timeline-text">
    <title id="timeline-title">When each step ran</title>
    <desc id="timeline-text">${rows.map(({ step }) => spoken(step)).join('; ')}</desc>
    ${ticksOf(span).map((at) => tick(at, x(at), height))}
    ${rows.map((row, index) => rowOf(row, axisHeight + index * rowHeight, startedAt, x))}
  </svg>`;
};

const tick = (at: number, x: number, height: number): Html =>
  markup`<line class="grid" x1="${x}" x2="${x}" y1="${axisHeight - 4}" y2="${height}" />${label(x, 14, 'middle', at === 0 ? '0' : formatDuration(at * 1000))}`;

function rowsOf(nodes: readonly StepNode<CiStepResult>[], depth: number): readonly Row[] {
  return nodes.flatMap((node) => [
    ...node.steps.map((step) => ({ step, depth })),
    ...rowsOf(node.children, depth + 1),
  ]);
}

function rowOf({ step, depth }: Row, y: number, runStartedAt: string, x: (at: number) => number): Html {
  const { outcome, startedAt } = step;
  const indent = Math.min(depth, 8) * 14;
  const name = markup`<text x="${indent}" y="${y + 17}">${shorten(step.name, 40 - Math.min(depth, 8) * 2)}</text>`;
  if (startedAt === undefined) {
    return markup`${name}${label(labels, y + 17, 'start', statusWords[outcome.status])}`;
  }
  const from = millisecondsBetween(runStartedAt, startedAt) / 1000;
  const took = factsOf(outcome)?.seconds ?? 0;
  const left = x(from);
  const length = Math.max(3, x(from + took) - left);
  const bar = markup`<rect class="bar ${kindOf(step)}" x="${left}" y="${y + 5}" width="${length}" height="${rowHeight - 10}" rx="3"><title>${spoken(step)}</title></rect>`;
  return markup`${name}${bar}${label(left + length + 6, y + 17, 'start', formatDuration(took * 1000))}`;
}

const kindOf = ({ outcome }: CiStepResult): string => {
  const facts = factsOf(outcome);
  if (facts?.takenFrom !== undefined) return 'taken';
  return outcome.status === 'passed' && (facts?.flaky ?? []).length > 0 ? 'flaky' : outcome.status;
};

const spoken = ({ name, outcome }: CiStepResult): string => {
  const facts = factsOf(outcome);
  if (facts === null) return `${name} ${statusWords[outcome.status]}`;
  const how = facts.takenFrom === undefined ? statusWords[outcome.status] : 'taken over';
  return `${name} ${how} in ${formatDuration(facts.seconds * 1000)}`;
};

const roundSteps: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
];

/** Seconds at which the axis is marked: at most seven round times. */
function ticksOf(span: number): readonly number[] {
  const step = roundSteps.find((each) => span / each <= 6) ?? Math.ceil(span / 6 / 86_400) * 86_400;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}
