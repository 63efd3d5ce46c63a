import type { CiStepResult } from '../../../core/ci.ts';
import { statusWords } from '../../../core/render/step-words.ts';
import type { Diagnosis } from '../../../core/step.ts';
import type { Page } from './page.ts';
import { wrap } from './text.ts';

/** All that is known of a step that did not go well: cause, mend and last lines, flaky tests, notes. */
export const troubleLines = (step: CiStepResult, page: Page): readonly string[] => [
  ...failureLines(step, page),
  ...flakyLines(step, page),
  ...noteLines(step, page),
];

function failureLines({ name, outcome }: CiStepResult, { columns, style }: Page): readonly string[] {
  if (outcome.status !== 'failed' && outcome.status !== 'timedOut') return [];
  const { failure, lastLines } = outcome;
  if (failure === undefined && lastLines.length === 0) return [];
  return [
    '',
    style.bad(`${name} ${statusWords[outcome.status]}`),
    ...(failure === undefined ? [] : diagnosisLines(failure, columns)),
    ...lastLines.flatMap((line) => hanging('  ', line, columns)).map((line) => style.quiet(line)),
  ];
}

/** Why it failed, and how to mend it. */
export const diagnosisLines = (
  { cause, mend }: Pick<Diagnosis, 'cause' | 'mend'>,
  columns: number,
): readonly string[] => [...hanging('  cause  ', cause, columns), ...hanging('  mend   ', mend, columns)];

function flakyLines({ name, outcome }: CiStepResult, { columns, style }: Page): readonly string[] {
  const flaky = 'flaky' in outcome ? (outcome.flaky ?? []) : [];
  if (flaky.length === 0) return [];
  return [
    '',
    style.wait(`${name}: failed and then passed`),
    ...flaky.flatMap(({ name: test, failures, tries }) =>
      hanging('  ', `${test} (failed ${failures} of ${tries})`, columns),
    ),
  ];
}

function noteLines({ name, outcome }: CiStepResult, { columns, style }: Page): readonly string[] {
  const notes = 'notes' in outcome ? outcome.notes : [];
  return notes.flatMap((note) => hanging(`${name}: `, note, columns)).map((line) => style.quiet(line));
}

/** A text after a title, its further lines below its first. */
function hanging(title: string, text: string, columns: number): readonly string[] {
  const [first = '', ...more] = wrap(text, columns - title.length);
  return [`${title}${first}`, ...more.map((line) => `${' '.repeat(title.length)}${line}`)];
}
