/** The report of a CI run for other tools: JUnit XML, a test case a step. */
import type { CiStepResult } from '../ci.ts';
import type { StepOutcome } from '../step.ts';
import type { EndedCiRun } from './ci-report.ts';
import { factsOf, statusWords } from './step-words.ts';

/** Failed steps are failures, timed-out ones errors; skipped and cancelled ones are skipped. */
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
  const inside = resultOf(outcome);
  return inside === null ? `${opening}/>` : `${opening}>\n      ${inside}\n    </testcase>`;
}

function resultOf(outcome: StepOutcome): string | null {
  switch (outcome.status) {
    case 'passed':
      return null;
    case 'failed':
      return told('failure', outcome.reason, outcome.lastLines);
    case 'timedOut':
      return told('error', outcome.reason, outcome.lastLines);
    case 'cancelled':
    case 'skipped':
      return `<skipped${attributes({ message: `${statusWords[outcome.status]}: ${outcome.reason}` })}/>`;
  }
}

const told = (element: string, message: string, lines: readonly string[]): string =>
  `<${element}${attributes({ message })}>${escapeXml(lines.join('\n'))}</${element}>`;

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
