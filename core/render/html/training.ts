import type { CiStepResult } from '../../ci.ts';
import type { TrainingAttempt, TrainingFacts, TrainingLedger } from '../../step.ts';
import { formatDuration, formatTime } from '../../time.ts';
import { factsOf } from '../step-words.ts';
import { epochWords } from '../training-ledger.ts';
import { curves } from './curve.ts';
import type { CurvePoint } from './curve.ts';
import { markup, section, table } from './markup.ts';
import type { Html } from './markup.ts';

/** Each training: how far it came, its metrics over the epochs, and what it cost over all of its attempts. */
export const trainingSection = (
  steps: readonly CiStepResult[],
  points: ReadonlyMap<string, readonly CurvePoint[]>,
): Html | null =>
  section(
    'Training',
    ...steps.flatMap(({ name, outcome }) => {
      const training = factsOf(outcome)?.training;
      return training === undefined ? [] : [trainingPart(name, training, points.get(name) ?? [])];
    }),
  );

function trainingPart(name: string, training: TrainingFacts, points: readonly CurvePoint[]): Html {
  const { ledger, resumedFrom } = training;
  const resumed = resumedFrom === 0 ? '' : `, gone on from epoch ${resumedFrom}`;
  const pictures = curves(points);
  return markup`<h3>${name}: ${epochWords(training)}${resumed}</h3>
    ${pictures.length === 0 ? null : markup`<div class="plots">${pictures}</div>`}
    ${
      ledger === undefined
        ? null
        : markup`<p>${ledgerWords(ledger)}</p>
            ${attemptTable(ledger.attempts)}`
    }`;
}

function ledgerWords({ attempts, gpuSeconds, seconds }: TrainingLedger): string {
  return [
    `${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}`,
    `${duration(seconds.useful)} of use`,
    `${duration(seconds.lost)} lost`,
    `${duration(seconds.waiting)} between attempts`,
    ...(gpuSeconds === undefined ? [] : [`${duration(gpuSeconds)} of GPU`]),
  ].join(', ');
}

const attemptTable = (attempts: readonly TrainingAttempt[]): Html | null =>
  table(
    'Every attempt',
    ['Attempt', 'Began', 'On', 'Epochs', 'Of use', 'Lost', 'Ended', 'Settings'],
    attempts.map((attempt) => [
      String(attempt.number),
      formatTime(attempt.startedAt),
      attempt.host,
      `${attempt.fromEpoch} to ${attempt.toEpoch}`,
      duration(attempt.secondsUseful),
      duration(attempt.secondsLost),
      attempt.reason === undefined ? attempt.ended : `${attempt.ended}: ${attempt.reason}`,
      Object.entries(attempt.settings)
        .map(([variable, value]) => `${variable}=${value}`)
        .join(', '),
    ]),
  );

const duration = (seconds: number): string => formatDuration(seconds * 1000);
