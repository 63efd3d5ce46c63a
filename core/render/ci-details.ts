import type { CiStepState } from '../ci.ts';
import { formatDuration } from '../time.ts';
import type { StepOutcome, StepSpec } from '../step.ts';
import { alignColumns } from './markdown.ts';

const marks: Record<CiStepState['state'], string> = {
  passed: '✓ passed',
  failed: '✗ failed',
  timedOut: '✗ timed out',
  cancelled: '- cancelled',
  skipped: '- skipped',
  running: '> running',
  waiting: '  waiting',
};

/** Where each step of a run stands, in the order of the file. */
export const ciStepStates = (
  steps: readonly Pick<StepSpec, 'name'>[],
  outcomes: ReadonlyMap<string, StepOutcome>,
  running: ReadonlySet<string>,
): readonly CiStepState[] =>
  steps.map(({ name }) => {
    const outcome = outcomes.get(name);
    if (outcome === undefined) return { name, state: running.has(name) ? 'running' : 'waiting', note: '' };
    return { name, state: outcome.status, note: noteOf(outcome) };
  });

/** A CI run's steps as the Temporal UI shows them while the run goes on. */
export const ciDetails = (states: readonly CiStepState[]): string =>
  ['```', ...alignColumns(states.map(({ name, state, note }) => [name, marks[state], note])), '```'].join(
    '\n',
  );

const noteOf = (outcome: StepOutcome): string =>
  outcome.status === 'passed' ? formatDuration(outcome.seconds * 1000) : outcome.reason.replaceAll('\n', ' ');
