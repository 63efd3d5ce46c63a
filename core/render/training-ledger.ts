/** What a training cost, attempt by attempt, for people. */
import { kindWords } from '../retry.ts';
import type { TrainingAttempt, TrainingFacts, TrainingLedger } from '../step.ts';
import { formatClock, formatDuration } from '../time.ts';

/** Whether the attempts are worth a table: a training that passed at once is told in a line. */
export const hasManyAttempts = (ledger: TrainingLedger | undefined): ledger is TrainingLedger =>
  ledger !== undefined && (ledger.attempts.length > 1 || ledger.attempts[0]?.ended !== 'passed');

/** `useful 2 h 05 m, lost 12 m 00 s, waiting 45 s over 3 attempts; 2 h 17 m of GPUs`. */
export const ledgerSaid = ({ attempts, seconds, gpuSeconds }: TrainingLedger): string => {
  const { useful, lost, waiting } = seconds;
  const count = attempts.at(-1)?.number ?? attempts.length;
  const over = count === 1 ? '' : ` over ${count} attempts`;
  const gpus = gpuSeconds === undefined ? '' : `; ${duration(gpuSeconds)} of GPUs`;
  return `useful ${duration(useful)}, lost ${duration(lost)}, waiting ${duration(waiting)}${over}${gpus}`;
};

/** `epoch 3 of 50`; of a training that told none, that it did not. */
export const epochWords = ({ epoch, epochs }: Pick<TrainingFacts, 'epoch' | 'epochs'>): string =>
  epochs === 0 ? 'no epoch told' : `epoch ${epoch} of ${epochs}`;

export const ledgerHeader: readonly string[] = [
  ...['attempt', 'began', 'took', 'epochs', 'ended by', 'useful', 'lost', 'host', 'settings'],
];

/** A row an attempt, in the columns of {@link ledgerHeader}; clocks are UTC. */
export const ledgerRows = ({ attempts }: TrainingLedger): readonly (readonly string[])[] =>
  attempts.map((attempt) => [
    String(attempt.number),
    formatClock(attempt.startedAt),
    duration(attempt.secondsUseful + attempt.secondsLost),
    epochsSaid(attempt),
    endedSaid(attempt.ended),
    duration(attempt.secondsUseful),
    duration(attempt.secondsLost),
    attempt.host,
    settingsSaid(attempt),
  ]);

const endedSaid = (ended: TrainingAttempt['ended']): string =>
  ended === 'passed' || ended === 'cancelled' ? ended : kindWords[ended];

function epochsSaid({ fromEpoch, toEpoch, checkpoint }: TrainingAttempt): string {
  if (toEpoch <= fromEpoch) return fromEpoch === 0 ? '' : `from ${fromEpoch}`;
  const saved = checkpoint < toEpoch ? `, saved to ${checkpoint}` : '';
  return `${fromEpoch + 1} to ${toEpoch}${saved}`;
}

function settingsSaid({ rungs, settings }: TrainingAttempt): string {
  if (rungs.length === 0) return '';
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `${rungs.join(', ')} (${set.join(' ')})`;
}

const duration = (seconds: number): string => formatDuration(seconds * 1000);
