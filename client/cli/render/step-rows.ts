import type { CiStepState } from '../../../core/ci.ts';
import { runSecondsLeft, secondsLeft } from '../../../core/render/remaining.ts';
import type { LastTimes } from '../../../core/render/remaining.ts';
import { stepTree } from '../../../core/render/step-tree.ts';
import type { StepNode } from '../../../core/render/step-tree.ts';
import { flakyWords, takenWords } from '../../../core/render/step-words.ts';
import { formatDuration, formatElapsed, millisecondsBetween } from '../../../core/time.ts';
import type { PendingWork } from '../../pending-work.ts';
import { firstLine, leftWords, progressWords } from './pending-lines.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';
import type { TreeRow } from './tree-lines.ts';

/** What the steps of a run are told by, besides themselves. */
export interface StepSurroundings {
  readonly pending: readonly PendingWork[];
  readonly lastTimes: LastTimes;
  /** ISO time. */
  readonly now: string;
  readonly style: Style;
}

/** The steps of a run as the rows of a tree; a step with a matrix has its combinations below it. */
export const stepRows = (steps: readonly CiStepState[], surroundings: StepSurroundings): readonly TreeRow[] =>
  stepTree(steps).map((node) => nodeRow(node, surroundings));

/** Seconds until the whole run may end; null when that is not known. */
export const secondsUntilEnd = (
  steps: readonly CiStepState[],
  surroundings: StepSurroundings,
): number | null => runSecondsLeft(steps, (step) => leftOf(step, surroundings));

const leftOf = (step: CiStepState, { pending, lastTimes, now }: StepSurroundings): number | null =>
  secondsLeft(step, workOf(step, pending)?.progress, lastTimes, now);

const workOf = ({ name }: CiStepState, pending: readonly PendingWork[]): PendingWork | undefined =>
  pending.find(({ progress }) => progress?.step === name);

function nodeRow(node: StepNode<CiStepState>, surroundings: StepSurroundings): TreeRow {
  const children = node.children.map((child) => nodeRow(child, surroundings));
  const [only] = node.steps;
  if (only !== undefined && only.matrix === undefined) {
    return { ...stepRow(only, only.name, node.after, surroundings), children };
  }
  const combinations = node.steps.map((step) => ({
    ...stepRow(step, valuesOf(step), [], surroundings),
    children: [],
  }));
  const passed = node.steps.filter(({ state }) => state === 'passed').length;
  return {
    mark: markOf(worst(node.steps), surroundings.style),
    name: node.name,
    time: '',
    detail: `${passed} of ${node.steps.length} passed`,
    children: [...combinations, ...children],
  };
}

const valuesOf = ({ name, matrix }: CiStepState): string =>
  Object.entries(matrix?.values ?? {})
    .map(([variable, value]) => `${variable}=${value}`)
    .join(', ') || name;

const byUrgency = ['failed', 'timedOut', 'running', 'cancelled', 'skipped', 'waiting', 'passed'] as const;

const worst = (steps: readonly CiStepState[]): CiStepState['state'] =>
  byUrgency.find((state) => steps.some((step) => step.state === state)) ?? 'waiting';

function stepRow(
  step: CiStepState,
  name: string,
  after: readonly string[],
  surroundings: StepSurroundings,
): Omit<TreeRow, 'children'> {
  const { style, now } = surroundings;
  const told = { mark: markOf(step.state, style, step), name };
  switch (step.state) {
    case 'waiting':
      return {
        ...told,
        name: style.quiet(name),
        time: '',
        detail: style.quiet(after.length === 0 ? '' : `after ${after.join(', ')}`),
      };
    case 'running': {
      const time =
        step.startedAt === undefined ? '' : formatElapsed(millisecondsBetween(step.startedAt, now));
      return { ...told, time, detail: runningWords(step, surroundings) };
    }
    case 'passed':
      return {
        ...told,
        time:
          step.seconds === undefined || step.takenFrom !== undefined
            ? ''
            : formatDuration(step.seconds * 1000),
        detail: passedWords(step, style),
      };
    case 'failed':
    case 'timedOut':
      return { ...told, time: formatDuration((step.seconds ?? 0) * 1000), detail: step.note };
    case 'cancelled':
    case 'skipped':
      return { ...told, name: style.quiet(name), time: '', detail: style.quiet(step.note) };
  }
}

function markOf(state: CiStepState['state'], style: Style, step?: CiStepState): string {
  switch (state) {
    case 'passed':
      if (step?.takenFrom !== undefined) return style.quiet(marks.good);
      return step?.flakyTests === undefined ? style.good(marks.good) : style.wait(marks.good);
    case 'failed':
    case 'timedOut':
      return style.bad(marks.bad);
    case 'running':
      return style.wait(marks.running);
    case 'waiting':
      return style.quiet(marks.waiting);
    case 'cancelled':
    case 'skipped':
      return style.quiet(marks.skipped);
  }
}

function passedWords({ said = '', takenFrom, flakyTests }: CiStepState, style: Style): string {
  return [
    ...(takenFrom === undefined ? [] : [style.quiet(takenWords(takenFrom))]),
    ...(flakyTests === undefined ? [] : [style.wait(flakyWords(flakyTests))]),
    ...(said === '' ? [] : [style.quiet(said)]),
  ].join(style.quiet('; '));
}

function runningWords(step: CiStepState, surroundings: StepSurroundings): string {
  const { pending, style } = surroundings;
  const work = workOf(step, pending);
  const attempt = Math.max(step.attempt ?? 1, work?.attempt ?? 1);
  const again = [
    ...(attempt > 1 ? [style.wait(`attempt ${attempt}`)] : []),
    ...(step.rungs ?? work?.progress?.rungs ?? []).map((rung) => style.wait(rung)),
  ];
  if (work === undefined)
    return [...again, waitsForWorker(pending) ? style.quiet('waits for a worker') : ''].join('  ');
  if (!work.running) {
    return [...again, style.wait(`is tried again: ${firstLine(work.lastFailure)}`)].join('  ');
  }
  const left = leftOf(step, surroundings);
  return [
    ...again,
    ...(left === null ? [] : [leftWords(left)]),
    ...(work.progress === undefined ? [] : [progressWords(work.progress)]),
  ].join('  ');
}

/** A step whose activity no worker has taken has told nothing of itself yet. */
const waitsForWorker = (pending: readonly PendingWork[]): boolean => {
  const silent = pending.filter(({ progress }) => progress === undefined);
  return silent.length > 0 && silent.every(({ running }) => !running);
};
