import type { CiRunResult, CiStepResult } from '../../../core/ci.ts';
import { alignColumns } from '../../../core/render/markdown.ts';
import { stepSaid } from '../../../core/render/step-words.ts';
import { formatDuration } from '../../../core/time.ts';
import type { CiRunView } from '../../ci-runs.ts';
import { pendingLines } from './pending-lines.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';

/** A CI run as it stands: its steps, then what runs now with its progress. */
export function ciLines(view: CiRunView, style: Style): readonly string[] {
  if (view.result !== undefined) return resultLines(view.result, style);
  const head = `${style.strong(view.id)}  ${view.status === 'RUNNING' ? style.wait('running') : style.bad(statusWords(view))}`;
  return [
    head,
    ...alignColumns(view.steps.map(({ name, state, note }) => [name, state, note])).map((row) => `  ${row}`),
    ...pendingLines(view.pending, style),
  ];
}

export const statusWords = ({ status }: CiRunView): string => status.toLowerCase().replaceAll('_', ' ');

/** The result of a finished run: each step with what came of it, and the last lines of those that failed. */
export function resultLines(result: CiRunResult, style: Style): readonly string[] {
  const state = result.passed ? style.good('passed') : style.bad('not passed');
  return [
    `${style.strong(result.id)}  ${state} in ${formatDuration(result.seconds * 1000)}`,
    ...result.steps.flatMap((step) => stepLines(step, style)),
  ];
}

function stepLines({ name, outcome }: CiStepResult, style: Style): readonly string[] {
  switch (outcome.status) {
    case 'passed': {
      const facts = [formatDuration(outcome.seconds * 1000), stepSaid(outcome), ...outcome.notes];
      return [
        `  ${style.good(marks.good)} ${name}  ${style.quiet(facts.filter((fact) => fact !== '').join('; '))}`,
      ];
    }
    case 'failed':
    case 'timedOut':
      return [
        `  ${style.bad(marks.bad)} ${name}  ${outcome.reason}`,
        ...outcome.lastLines.map((line) => style.quiet(`      ${line}`)),
      ];
    case 'cancelled':
    case 'skipped':
      return [`  ${style.quiet(`${marks.skipped} ${name}  ${outcome.reason}`)}`];
  }
}
