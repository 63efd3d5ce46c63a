import type { TrainingAttempt, TrainingLedger } from '../../core/step.ts';
import type { WorkerInstruments } from './instruments.ts';

interface Labels {
  readonly project: string;
  readonly step: string;
}

const ends = [
  'passed',
  'cancelled',
  'preemption',
  'infrastructure',
  'code',
  'outOfMemory',
  'timeout',
] as const satisfies readonly TrainingAttempt['ended'][];

/** Makes the counters of a training known before it tells of itself. */
export function beginTraining(
  { trainingAttempts, trainingSeconds }: WorkerInstruments,
  labels: Labels,
): void {
  for (const ended of ends) trainingAttempts.inc({ ...labels, ended }, 0);
  for (const kind of ['useful', 'lost']) trainingSeconds.inc({ ...labels, kind }, 0);
}

/** Counts the attempts of a training that have not been counted yet: its ledger holds the earlier ones, too. */
export function readTraining(
  { gpuSeconds, memoryRungs, trainingAttempts, trainingSeconds }: WorkerInstruments,
  labels: Labels,
  ledger: TrainingLedger | undefined,
): void {
  for (const attempt of uncounted(ledger?.attempts ?? [])) {
    const { ended, rungs, secondsUseful, secondsLost, gpus = 0 } = attempt;
    trainingAttempts.inc({ ...labels, ended });
    trainingSeconds.inc({ ...labels, kind: 'useful' }, secondsUseful);
    trainingSeconds.inc({ ...labels, kind: 'lost' }, secondsLost);
    gpuSeconds.inc({ ...labels }, gpus * (secondsUseful + secondsLost));
    const rung = rungs.at(-1);
    if (rung !== undefined) memoryRungs.inc({ ...labels, rung });
  }
}

/** The newest, and those just before it that could not tell of themselves: their worker or its servers were away. */
function uncounted(attempts: readonly TrainingAttempt[]): readonly TrainingAttempt[] {
  const told = attempts
    .slice(0, -1)
    .findLastIndex(({ ended }) => ended !== 'preemption' && ended !== 'infrastructure');
  return attempts.slice(told + 1);
}
