import type { CiRunResult } from '../../../core/ci.ts';
import { endedStepStates } from '../../../core/render/ci-details.ts';
import { circumstances } from '../../../core/render/ci-report.ts';
import { sourceSaid } from '../../../core/render/source-words.ts';
import type { LastTimes } from '../../../core/render/remaining.ts';
import { formatDuration, formatElapsed, millisecondsBetween } from '../../../core/time.ts';
import type { CiRunView } from '../../ci-runs.ts';
import type { Page } from './page.ts';
import { leftWords, pendingLines } from './pending-lines.ts';
import { secondsUntilEnd, stepRows } from './step-rows.ts';
import type { StepSurroundings } from './step-rows.ts';
import { cut } from './text.ts';
import { treeLines } from './tree-lines.ts';
import { troubleLines } from './trouble-lines.ts';

const noTimes: LastTimes = new Map();

/** A CI run as it stands: the tree of its steps with their progress, then what else of it runs now. */
export function ciLines(
  view: CiRunView,
  { columns, style }: Page,
  now: Date,
  lastTimes: LastTimes = noTimes,
): readonly string[] {
  if (view.result !== undefined) return resultLines(view.result, { columns, style });
  const open = view.status === 'RUNNING';
  const surroundings = { pending: view.pending, lastTimes, now: now.toISOString(), style };
  return [
    `${style.strong(view.id)}  ${open ? style.wait('running') : style.bad(statusWords(view))}`,
    ...(open ? [cut(style.quiet(timeWords(view, surroundings)), columns)] : []),
    ...treeLines(stepRows(view.steps, surroundings), columns, 'cut'),
    ...pendingLines(besideSteps(view), style).map((line) => cut(line, columns)),
  ];
}

export const statusWords = ({ status }: CiRunView): string => status.toLowerCase().replaceAll('_', ' ');

function timeWords({ startedAt, steps }: CiRunView, surroundings: StepSurroundings): string {
  const ended = steps.filter(({ state }) => state !== 'running' && state !== 'waiting').length;
  const left = steps.length === 0 ? null : secondsUntilEnd(steps, surroundings);
  return [
    ...(startedAt === undefined ? [] : [formatElapsed(millisecondsBetween(startedAt, surroundings.now))]),
    ...(steps.length === 0 ? ['reads longhaul.yaml at the commit'] : [`${ended} of ${steps.length} steps`]),
    ...(left === null ? [] : [leftWords(left)]),
  ].join(' · ');
}

/** Work that no row of the tree tells of. */
const besideSteps = ({ pending, steps }: CiRunView): CiRunView['pending'] =>
  steps.length === 0
    ? pending
    : pending.filter(({ activity, progress }) => progress === undefined && activity !== 'runStep');

/** The result of a finished run: the tree of its steps, then all that is known of those that did not pass. */
export function resultLines(result: CiRunResult, { columns, style }: Page): readonly string[] {
  const state =
    result.supersededBy === undefined
      ? result.passed
        ? style.good('passed')
        : style.bad('not passed')
      : style.wait('superseded');
  const surroundings = { pending: [], lastTimes: noTimes, now: result.startedAt, style };
  return [
    `${style.strong(result.id)}  ${state} in ${formatDuration(result.seconds * 1000)}`,
    ...(result.source === undefined ? [] : [style.quiet(sourceSaid(result.source))]),
    ...circumstances(result).map((each) => cut(style.quiet(each), columns)),
    ...treeLines(stepRows(endedStepStates(result.steps), surroundings), columns, 'wrap'),
    ...result.steps.flatMap((step) => troubleLines(step, { columns, style })),
  ];
}
