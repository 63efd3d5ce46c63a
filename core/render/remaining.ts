/** How long a run may still take, judged by how long its steps took last time. */
import type { CiStepState } from '../ci.ts';
import type { StepProgress } from '../step.ts';
import { millisecondsBetween } from '../time.ts';

/** Seconds that each step took last time, by name. */
export type LastTimes = ReadonlyMap<string, number>;

/**
 * Seconds until a running step may end: by its epochs once it tells of them, else by its last time. Null when nothing is
 * known; 0 when it has taken longer than that already.
 */
export const secondsLeft = (
  step: Pick<CiStepState, 'name' | 'startedAt'>,
  progress: Pick<StepProgress, 'elapsedSeconds' | 'epoch' | 'epochs'> | undefined,
  lastTimes: LastTimes,
  now: string,
): number | null => {
  const { elapsedSeconds = 0, epoch = 0, epochs = 0 } = progress ?? {};
  if (epoch > 0 && epochs >= epoch) return (elapsedSeconds * (epochs - epoch)) / epoch;
  const lastTime = lastTimes.get(step.name);
  if (lastTime === undefined) return null;
  const elapsed = step.startedAt === undefined ? 0 : millisecondsBetween(step.startedAt, now) / 1000;
  return Math.max(0, lastTime - elapsed);
};

/**
 * Seconds until the run may end, along the longest chain of steps that need each other, were there a worker for each.
 * `left` gives those of a step that runs or waits; null as soon as one of them is not known.
 */
export const runSecondsLeft = (
  steps: readonly CiStepState[],
  left: (step: CiStepState) => number | null,
): number | null => {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const known = new Map<string, number | null>();
  const until = (name: string): number | null => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const step = byName.get(name);
    const seconds =
      step === undefined || isOver(step) ? 0 : sum(left(step), latest((step.needs ?? []).map(until)));
    known.set(name, seconds);
    return seconds;
  };
  return latest(steps.map(({ name }) => until(name)));
};

const isOver = ({ state }: CiStepState): boolean => state !== 'running' && state !== 'waiting';

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

const latest = (all: readonly (number | null)[]): number | null =>
  all.reduce((a, b) => (a === null || b === null ? null : Math.max(a, b)), 0);
