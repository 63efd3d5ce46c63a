import type { CiStepResult } from '../../ci.ts';
import { formatDuration, formatTime } from '../../time.ts';
import { factsOf, flakyWords, statusWords, stepSaid } from '../step-words.ts';
import { markup, prose, table } from './markup.ts';
import type { Html } from './markup.ts';

/** Each step: how it ended, what it took, what it said, and why it ran or whose result it is. */
export const stepTable = (steps: readonly CiStepResult[]): Html | null =>
  table(
    'Each step, in the order of the file',
    ['Step', 'Result', 'Time', 'What it said', 'Why it ran'],
    steps.map((step) => {
      const facts = factsOf(step.outcome);
      return [
        step.name,
        result(step),
        facts === null ? '' : markup`<span class="time">${formatDuration(facts.seconds * 1000)}</span>`,
        prose(stepSaid(step.outcome)),
        whyRan(step),
      ];
    }),
  );

const marks: Readonly<Record<CiStepResult['outcome']['status'], readonly [mark: string, look: string]>> = {
  passed: ['✓', 'good'],
  failed: ['✗', 'bad'],
  timedOut: ['✗', 'bad'],
  cancelled: ['–', 'quiet'],
  skipped: ['–', 'quiet'],
};

function result({ outcome }: CiStepResult): Html {
  const facts = factsOf(outcome);
  const [mark, look] = marks[outcome.status];
  if (facts?.takenFrom !== undefined) return markup`<span class="taken">${mark} taken over</span>`;
  const flaky = facts?.flaky?.length ?? 0;
  const word = markup`<span class="${look}">${mark} ${statusWords[outcome.status]}</span>`;
  return flaky === 0 ? word : markup`${word}, <span class="wait">${flakyWords(flaky)}</span>`;
}

function whyRan({ outcome }: CiStepResult): string {
  const facts = factsOf(outcome);
  if (facts === null) return '';
  const { because = [], takenFrom } = facts;
  if (takenFrom === undefined) return because.join('; ');
  return `the same inputs passed in ${takenFrom.run} at ${formatTime(takenFrom.at)} in ${formatDuration(takenFrom.seconds * 1000)}`;
}
