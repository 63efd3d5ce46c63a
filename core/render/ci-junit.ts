/** The report of a CI run for other tools: JUnit XML, a test case a step. */
import type { CiStepResult } from '../ci.ts';
import type { FlakyTest, StepOutcome } from '../step.ts';
import type { EndedCiRun } from './ci-report.ts';
import { factsOf, flakySaid, statusWords } from './step-words.ts';

/** Failed steps are failures, timed-out ones errors; skipped and cancelled ones are skipped; flaky tests are told. */
export const ciJunit = (run: EndedCiRun): string => {
  const count = (...statuses: readonly StepOutcome['status'][]): string =>
    String(run.steps.filter(({ outcome }) => statuses.includes(outcome.status)).length);
  const suite = attributes({
    name: `${run.project} ${run.commit.slice(0, 12)}`,
    tests: String(run.steps.length),
    failures: count('failed'),
    errors: count('timedOut'),
    skipped: count('skipped', 'cancelled'),
    time: run.seconds.toFixed(3),
    timestamp: run.startedAt,
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite${suite}>`,
    ...run.steps.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

function testCase({ name, outcome }: CiStepResult): string {
  const seconds = factsOf(outcome)?.seconds ?? 0;
  const opening = `    <testcase${attributes({ classname: 'longhaul.ci', name, time: seconds.toFixed(3) })}`;
  const inside = insideOf(outcome);
  return inside.length === 0
    ? `${opening}/>`
    : [`${opening}>`, ...inside.map((element) => `      ${element}`), '    </testcase>'].join('\n');
}

function insideOf(outcome: StepOutcome): readonly string[] {
  switch (outcome.status) {
    case 'passed':
      return (outcome.flaky ?? []).map(flakyFailure);
    case 'failed':
      return [told('failure', outcome)];
    case 'timedOut':
      return [told('error', outcome)];
    case 'cancelled':
    case 'skipped':
      return [`<skipped${attributes({ message: `${statusWords[outcome.status]}: ${outcome.reason}` })}/>`];
  }
}

/** As Maven's Surefire writes a test that failed and then passed. */
const flakyFailure = (test: FlakyTest): string =>
  `<flakyFailure${attributes({ message: flakySaid(test), type: 'flaky' })}>${escapeXml(test.message)}</flakyFailure>`;

function told(element: string, outcome: Extract<StepOutcome, { readonly lastLines: unknown }>): string {
  const { reason: message, failure, lastLines } = outcome;
  const type = failure === undefined ? {} : { type: failure.id };
  const known = failure === undefined ? [] : [`Cause: ${failure.cause}`, `Mend: ${failure.mend}`, ''];
  return `<${element}${attributes({ message, ...type })}>${escapeXml([...known, ...lastLines].join('\n'))}</${element}>`;
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 cannot hold, a terminal's colours among them, become U+FFFD. */
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
