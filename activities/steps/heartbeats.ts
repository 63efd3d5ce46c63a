import { Context } from '@temporalio/activity';
import type { StepProgress } from '../../core/step.ts';
import type { Progress } from './progress.ts';

/** Tells Temporal every few seconds that the attempt lives, and how far it is. */
export interface Heartbeats {
  readonly tell: (progress: Progress & Pick<StepProgress, 'resumedFrom'>) => void;
  readonly stop: () => void;
}

export function startHeartbeats(given: {
  readonly step: string;
  /** Which attempt it is, from 1, and the names of the memory rungs in effect. */
  readonly attempt?: { readonly number: number; readonly rungs: readonly string[] };
  readonly startedAt: number;
  readonly lastLine: () => string;
  readonly everyMs: number;
}): Heartbeats {
  const context = Context.current();
  const { number, rungs = [] } = given.attempt ?? {};
  const attempt = {
    ...(number === undefined ? {} : { attempt: number }),
    ...(rungs.length === 0 ? {} : { rungs }),
  };
  let progress: Progress | null = null;
  const beat = (): void => {
    context.heartbeat({
      step: given.step,
      ...attempt,
      elapsedSeconds: Math.round((Date.now() - given.startedAt) / 1000),
      lastLine: given.lastLine(),
      ...progress,
    } satisfies StepProgress);
  };
  beat();
  const timer = setInterval(beat, given.everyMs);
  return {
    tell(newest) {
      progress = newest;
      beat();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
