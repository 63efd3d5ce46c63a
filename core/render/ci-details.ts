import type { CiStepResult, CiStepState, StepPlace } from '../ci.ts';
import { attemptWords } from '../retry.ts';
import type { StepAttempt } from '../retry.ts';
import { formatDuration } from '../time.ts';
import type { StepOutcome, StepSpec } from '../step.ts';
import { alignColumns } from './markdown.ts';
import { factsOf, flakyWords, measurementsSaid, takenWords } from './step-words.ts';

const marks: Record<CiStepState['state'], string> = {
  passed: '✓ passed',
  failed: '✗ failed',
  timedOut: '✗ timed out',
  cancelled: '- cancelled',
  skipped: '- skipped',
  running: '> running',
  waiting: '  waiting',
};

/** Where each step of a run stands, in the order of the file; `begun`: ISO times at which the run began them. */
export const ciStepStates = (
  steps: readonly Pick<StepSpec, 'name' | 'needs' | 'matrix'>[],
  outcomes: ReadonlyMap<string, StepOutcome>,
  begun: ReadonlyMap<string, string>,
  attempts: ReadonlyMap<string, StepAttempt> = new Map(),
): readonly CiStepState[] =>
  steps.map((step) => {
    const place = { name: step.name, ...stepPlace(step, begun) };
    const outcome = outcomes.get(step.name);
    if (outcome === undefined) {
      if (place.startedAt === undefined) return { ...place, state: 'waiting', note: '' };
      return { ...place, state: 'running', ...attemptState(attempts.get(step.name)) };
    }
    return { ...place, ...endedState(outcome) };
  });

/** The steps of a run that has ended, in the same words. */
export const endedStepStates = (steps: readonly CiStepResult[]): readonly CiStepState[] =>
  steps.map(({ outcome, ...place }) => ({ ...place, ...endedState(outcome) }));

/** Which attempt runs, of a step that was tried again. */
const attemptState = (attempt: StepAttempt | undefined): Pick<CiStepState, 'note' | 'attempt' | 'rungs'> =>
  attempt === undefined
    ? { note: '' }
    : { note: attemptWords(attempt).join(''), attempt: attempt.number, rungs: attempt.rungs };

/** Where a step is in its run: of its plan, and of when it was begun. */
export const stepPlace = (
  { name, needs, matrix }: Pick<StepSpec, 'name' | 'needs' | 'matrix'>,
  begun: ReadonlyMap<string, string>,
): StepPlace => {
  const startedAt = begun.get(name);
  return {
    needs,
    ...(matrix === undefined ? {} : { matrix }),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
};

function endedState(outcome: StepOutcome): Omit<CiStepState, keyof StepPlace | 'name'> {
  const facts = factsOf(outcome);
  const told = { state: outcome.status, note: noteOf(outcome) };
  if (facts === null) return told;
  const { flaky = [], seconds, takenFrom } = facts;
  return {
    ...told,
    seconds,
    said: measurementsSaid(facts),
    ...(takenFrom === undefined ? {} : { takenFrom }),
    ...(flaky.length === 0 ? {} : { flakyTests: flaky.length }),
  };
}

/** A CI run's steps as the Temporal UI shows them while the run goes on. */
export const ciDetails = (states: readonly CiStepState[]): string =>
  ['```', ...alignColumns(states.map(({ name, state, note }) => [name, marks[state], note])), '```'].join(
    '\n',
  );

function noteOf(outcome: StepOutcome): string {
  if (outcome.status !== 'passed') return outcome.reason.replaceAll('\n', ' ');
  const { flaky = [], seconds, takenFrom } = outcome;
  if (takenFrom !== undefined) return takenWords(takenFrom);
  return [formatDuration(seconds * 1000), ...(flaky.length === 0 ? [] : [flakyWords(flaky.length)])].join(
    ', ',
  );
}
