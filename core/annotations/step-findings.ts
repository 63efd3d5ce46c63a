/** The lines of code that a step has something to say about, out of what its tools print and leave. */
import type { Annotation } from '../ports/forge.ts';
import type { StepOutcome } from '../step.ts';
import { colours } from './finding.ts';
import { formatFindings } from './format.ts';
import { expectationFindings } from './great-expectations.ts';
import { junitFindings } from './junit.ts';
import { lintFindings } from './lint.ts';
import { mypyFindings } from './mypy.ts';
import { pytestFindings } from './pytest.ts';
import { ruffJsonFindings } from './ruff-json.ts';

/** A document that a step left, as text. */
export interface DocumentText {
  readonly name: string;
  readonly text: string;
}

/** At most {@link mostFindings} annotations, and how many more there were. */
export interface StepFindings {
  readonly annotations: readonly Annotation[];
  readonly more: number;
}

export const mostFindings = 200;

/**
 * @param given.log what the commands printed, all tries, or the end of it
 * @param given.documents those of the outcome whose names {@link isTelling} takes; JUnit reports of earlier tries are passed over
 */
export function stepFindings(given: {
  readonly outcome: StepOutcome;
  readonly log: string;
  readonly documents: readonly DocumentText[];
}): StepFindings {
  const { outcome, log, documents } = given;
  if (outcome.status === 'skipped' || outcome.status === 'cancelled') return { annotations: [], more: 0 };
  const tries = log.split(/^# try \d+ of \d+: the commands run again$/m).map(linesOf);
  const last = tries.at(-1) ?? [];
  const tests = [
    ...documents.filter(isJunit).flatMap(({ text }) => junitFindings(text)),
    ...pytestFindings(last),
  ];
  const found = [
    ...tests,
    ...lintFindings(last),
    ...ruffJsonFindings(last),
    ...mypyFindings(last),
    ...formatFindings(last),
    ...(outcome.status === 'passed' ? [] : documents.filter(isReport)).flatMap(({ text }) =>
      expectationFindings(text, outcome.data ?? []),
    ),
  ].map((each) => (outcome.status === 'passed' ? milder(each) : each));
  const flaky = (outcome.flaky ?? []).length === 0 ? [] : tries.slice(0, -1).flatMap(pytestFindings);
  const failed = new Set(found.map(({ title }) => title));
  const all = onceEach([...found, ...flaky.filter(({ title }) => !failed.has(title)).map(asFlaky)]);
  const inOrder = all.toSorted((a, b) => ranks[a.level] - ranks[b.level]);
  return { annotations: inOrder.slice(0, mostFindings), more: Math.max(0, inOrder.length - mostFindings) };
}

/** Whether a document may hold findings: a JUnit report of the last try, or a report on data. */
export const isTelling = (name: string): boolean => isJunit({ name }) || isReport({ name });

const isJunit = ({ name }: Pick<DocumentText, 'name'>): boolean =>
  /\.xml$/.test(name) && !/^try-\d+-/.test(name);
const isReport = ({ name }: Pick<DocumentText, 'name'>): boolean =>
  /\.(?:md|json)$/.test(name) && !/diagnostics\.json$/.test(name);

/** Longer lines are no tool's findings. In characters. */
const longestLine = 4_000;

/** Lines as a terminal would show them. */
const linesOf = (text: string): readonly string[] =>
  text.split('\n').map((line) => line.slice(0, longestLine).replace(colours, '').trimEnd());

const ranks: Readonly<Record<Annotation['level'], number>> = { failure: 0, warning: 1, notice: 2 };

/** What did not fail its step is no failure. */
const milder = (each: Annotation): Annotation =>
  each.level === 'failure' ? { ...each, level: 'warning' } : each;

const asFlaky = (each: Annotation): Annotation => ({
  ...each,
  level: 'warning',
  title: each.title.replace(/ failed$/, ' is flaky: it failed, then passed'),
});

/** One for each place and title: the same is told by a report and by the log, or by two commands. */
function onceEach(all: readonly Annotation[]): readonly Annotation[] {
  const seen = new Map<string, Annotation>();
  for (const each of all) {
    const key = [each.path, each.startLine, each.startColumn ?? '', each.title].join('\0');
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}
