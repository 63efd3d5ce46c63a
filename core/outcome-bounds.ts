/**
 * How much of a step's outcome travels. A payload of Temporal takes 2 MiB, and the report of a CI run gets all of its
 * outcomes in one; what is left out here is in the logs and reports of the store.
 */
import type { CiStepResult } from './ci.ts';
import { jsonBytes, textWithin } from './json-size.ts';
import type { FlakyTest, StepOutcome } from './step.ts';

export type RanOutcome = Exclude<StepOutcome, { readonly status: 'cancelled' | 'skipped' }>;

/** How many of a list, and how long a text: `line` for what names something, `text` for what tells; in bytes of JSON. */
interface Limits {
  readonly flaky: number;
  readonly metrics: number;
  readonly notes: number;
  readonly because: number;
  readonly line: number;
  readonly text: number;
}

const own: Limits = { flaky: 200, metrics: 200, notes: 50, because: 50, line: 500, text: 2_000 };
const brief: Limits = { flaky: 10, metrics: 20, notes: 5, because: 5, line: 200, text: 500 };

/** Bytes of JSON that the outcomes of a run take together; a run has 1,000 steps at most (config/plan-size.ts). */
const mostInARun = 1_000_000;

/**
 * What a step tells of itself, in a size that people read; a note says what was left out. `judged`: names of metrics
 * that are kept before others; `allMetrics`: whoever asked needs every one, as the gate of a release does.
 */
export const boundOutcome = (
  outcome: RanOutcome,
  { judged, allMetrics }: { readonly judged: readonly string[]; readonly allMetrics: boolean },
): RanOutcome => cut(outcome, allMetrics ? { ...own, metrics: Infinity } : own, judged);

/** The steps of a run, each with its share of what the report may take: who needs less leaves more to the others. */
export function boundSteps(steps: readonly CiStepResult[], bytes = mostInARun): readonly CiStepResult[] {
  const sizes = steps.map(({ outcome }) => jsonBytes(outcome));
  const share = fairShare(sizes, bytes);
  return steps.map((step, index) =>
    (sizes[index] ?? 0) <= share ? step : { ...step, outcome: outcomeWithin(step.outcome, share) },
  );
}

/** The most that each may have, so that together they have at most `total`. */
function fairShare(sizes: readonly number[], total: number): number {
  let left = total;
  for (const [index, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return share;
    left -= size;
  }
  return Infinity;
}

/** As much of an outcome as fits: first with fewer of its last lines, then in brief, then little but how it ended. */
function outcomeWithin(outcome: StepOutcome, bytes: number): StepOutcome {
  if (outcome.status === 'cancelled' || outcome.status === 'skipped') {
    return { ...outcome, reason: textWithin(outcome.reason, bytes - 100) };
  }
  const forms = [withNote(outcome, shortened), withNote(cut(outcome, brief, []), shortened)];
  const fitting = forms.find((form) => jsonBytes(withLines(form, [])) <= bytes);
  return fitting === undefined ? bare(outcome) : linesWithin(fitting, bytes);
}

const shortened = 'shortened here, for the run has much to tell: its log has all of it';

function linesWithin(outcome: RanOutcome, bytes: number): RanOutcome {
  if (outcome.status === 'passed') return outcome;
  let left = bytes - jsonBytes(withLines(outcome, []));
  const first = outcome.lastLines.findLastIndex((line) => (left -= jsonBytes(line) + 1) < 0);
  return withLines(outcome, outcome.lastLines.slice(first + 1));
}

const withLines = (outcome: RanOutcome, lastLines: readonly string[]): RanOutcome =>
  outcome.status === 'passed' ? outcome : { ...outcome, lastLines };

const withNote = (outcome: RanOutcome, note: string): RanOutcome => ({
  ...outcome,
  notes: [...outcome.notes, note],
});

/** 1,000 bytes at most. */
function bare(outcome: RanOutcome): RanOutcome {
  const { seconds, log, tests, coverage } = outcome;
  const facts = {
    ...{ seconds, documents: [], notes: [shortened] },
    ...(log === undefined || jsonBytes(log) > 250 ? {} : { log }),
    ...(tests === undefined ? {} : { tests }),
    ...(coverage === undefined ? {} : { coverage }),
  };
  if (outcome.status === 'passed') return { status: 'passed', outputs: [], ...facts };
  return { status: outcome.status, reason: textWithin(outcome.reason, 200), lastLines: [], ...facts };
}

function cut(outcome: RanOutcome, limits: Limits, judged: readonly string[]): RanOutcome {
  const { flaky, metrics, because, failure, training } = outcome;
  const measured = metricsWithin(metrics ?? {}, limits, judged);
  const notes = [
    ...leftOut('flaky tests', (flaky ?? []).length, limits.flaky),
    ...leftOut('metrics', Object.keys(metrics ?? {}).length, Object.keys(measured).length),
  ];
  const kept = limits.notes - notes.length;
  const told = outcome.notes.length > kept ? outcome.notes.slice(0, kept - 1) : outcome.notes;
  const text = (each: string): string => textWithin(each, limits.text);
  return {
    ...outcome,
    ...(outcome.status === 'passed' ? {} : { reason: text(outcome.reason) }),
    ...(flaky === undefined ? {} : { flaky: flaky.slice(0, limits.flaky).map(flakyWithin(limits)) }),
    ...(metrics === undefined ? {} : { metrics: measured }),
    ...(because === undefined ? {} : { because: because.slice(0, limits.because).map(text) }),
    ...(failure === undefined
      ? {}
      : { failure: { ...failure, cause: text(failure.cause), mend: text(failure.mend) } }),
    ...(training === undefined
      ? {}
      : { training: { ...training, metrics: metricsWithin(training.metrics, limits, []) } }),
    notes: [...told.map(text), ...notes, ...leftOut('notes', outcome.notes.length, told.length)],
  };
}

const leftOut = (what: string, there: number, kept: number): readonly string[] =>
  there > kept ? [`${there - kept} of ${there} ${what} are left out here`] : [];

const flakyWithin =
  ({ line }: Limits) =>
  (test: FlakyTest): FlakyTest => ({
    ...test,
    name: textWithin(test.name, line),
    message: textWithin(test.message, line),
  });

/** Judged ones first, in the order in which they were told; one whose name is no name is left out. */
function metricsWithin(
  metrics: Readonly<Record<string, number>>,
  limits: Limits,
  judged: readonly string[],
): Readonly<Record<string, number>> {
  if (limits.metrics === Infinity) return metrics;
  const names = Object.keys(metrics);
  if (names.length <= limits.metrics && names.every((name) => jsonBytes(name) <= limits.line)) return metrics;
  const others = names.filter((name) => !judged.includes(name) && jsonBytes(name) <= limits.line);
  const known = names.filter((name) => judged.includes(name));
  const kept = new Set([...known, ...others].slice(0, limits.metrics));
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => kept.has(name)));
}
