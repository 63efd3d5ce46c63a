import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CiStepResult } from '../../core/ci.ts';
import { jsonBytes } from '../../core/json-size.ts';
import { boundOutcome, boundSteps } from '../../core/outcome-bounds.ts';
import type { RanOutcome } from '../../core/outcome-bounds.ts';
import type { StepOutcome } from '../../core/step.ts';

const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const count = fc.nat();
const artifact = fc.record({ digest: text(71), size: count, name: text(200) });
const metrics = fc.dictionary(text(600), fc.double({ noNaN: true, noDefaultInfinity: true }));
const flaky = fc.record({ name: text(900), failures: count, tries: count, message: text(900) });
const facts = {
  seconds: fc.double({ min: 0, max: 1e9, noNaN: true }),
  log: artifact,
  documents: fc.array(artifact),
  tests: fc.record({ passed: count, failed: count, skipped: count }),
  coverage: fc.double({ min: 0, max: 100, noNaN: true }),
  metrics,
  notes: fc.array(text(3_000)),
  because: fc.array(text(3_000)),
  flaky: fc.array(flaky),
  training: fc.record({ epoch: count, epochs: count, resumedFrom: count, attempt: count, metrics }),
};
const lastLines = fc.array(text(500), { maxLength: 30 });
const ran: fc.Arbitrary<RanOutcome> = fc.oneof(
  fc.record({ status: fc.constant('passed' as const), outputs: fc.constant([]), ...facts }),
  fc.record({ status: fc.constant('failed' as const), reason: text(5_000), lastLines, ...facts }),
  fc.record({ status: fc.constant('timedOut' as const), reason: text(5_000), lastLines, ...facts }),
);
const outcome: fc.Arbitrary<StepOutcome> = fc.oneof(
  { weight: 9, arbitrary: ran },
  fc.record({ status: fc.constantFrom('cancelled', 'skipped'), reason: text(5_000) }),
);
const stepsOf = (outcomes: readonly StepOutcome[]): readonly CiStepResult[] =>
  outcomes.map((each, index) => ({ name: `step-${index}`, outcome: each }));
const bytesOf = (steps: readonly CiStepResult[]): number =>
  steps.reduce((sum, step) => sum + jsonBytes(step.outcome), 0);

const lines = (count: number, line = 'x'.repeat(490)): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${index} ${line}`);
const failed = (lastLines: readonly string[]): RanOutcome => ({
  ...{ status: 'failed', reason: 'exit code 1', seconds: 1, documents: [], notes: [] },
  lastLines,
});

describe('the outcomes of a run', () => {
  it('come to what they may, whatever and however many they are, with each step’s end', () => {
    const runs = fc.tuple(
      fc.array(outcome, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(1, 30, 300, 1_000),
    );
    fc.assert(
      fc.property(runs, ([outcomes, times]) => {
        const given = stepsOf(
          Array.from({ length: times }, (_, index) => outcomes[index % outcomes.length]).flatMap(
            (each) => each ?? [],
          ),
        );
        const bound = boundSteps(given);
        expect(bytesOf(bound)).toBeLessThanOrEqual(1_000_000);
        expect(bound.map(({ name, outcome: { status } }) => [name, status])).toEqual(
          given.map(({ name, outcome: { status } }) => [name, status]),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('are left as they are where they fit', () => {
    const steps = stepsOf([failed(lines(30)), failed(lines(2)), { status: 'skipped', reason: 'a failed' }]);
    expect(boundSteps(steps)).toEqual(steps);
  });

  it('keep fewer of their last lines the more steps fail, and short ones keep all of theirs', () => {
    const short = failed(lines(3, 'short'));
    const linesAt = (failures: number): number => {
      const long = Array.from({ length: failures }, () => failed(lines(30)));
      const [first, ...others] = boundSteps(stepsOf([short, ...long])).map((step) => step.outcome);
      expect(first).toEqual(short);
      const kept = others.flatMap((each) => (each.status === 'failed' ? [each.lastLines] : []));
      for (const each of kept) expect(each).toEqual(lines(30).slice(-each.length));
      return Math.min(...kept.map((each) => each.length));
    };
    expect([50, 100, 200, 400].map(linesAt)).toEqual([30, 19, 9, 4]);
  });
});

describe('what one step tells', () => {
  const judged = { judged: ['m7', 'm399'], allMetrics: false };

  /** As if all that it found were found many times. */
  const swollen = (given: RanOutcome): RanOutcome => ({
    ...given,
    documents: [],
    notes: given.notes.flatMap((note) => Array<string>(60).fill(note)),
    flaky: (given.flaky ?? []).flatMap((test) => Array.from({ length: 250 }, () => test)),
    because: (given.because ?? []).flatMap((reason) => Array<string>(60).fill(reason)),
    metrics: Object.fromEntries(
      Object.entries(given.metrics ?? {}).flatMap(([name, value]) =>
        Array.from({ length: 250 }, (_, index) => [`${index}${name}`, value]),
      ),
    ),
  });

  it('is small, whatever it found', () => {
    fc.assert(
      fc.property(ran, (given) => {
        const bound = boundOutcome(swollen(given), judged);
        expect(jsonBytes(bound)).toBeLessThan(800_000);
        expect(boundOutcome(bound, judged)).toEqual(bound);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the first of each list, metrics that are judged among them, and tells how many it left out', () => {
    const many = <T>(length: number, of: (index: number) => T): T[] =>
      Array.from({ length }, (_, index) => of(index));
    const bound = boundOutcome(
      {
        ...{ status: 'passed', outputs: [], seconds: 1, documents: [] },
        notes: many(60, (index) => `note ${index}`),
        flaky: many(250, (index) => ({ name: `t${index}`, failures: 1, tries: 2, message: '' })),
        metrics: Object.fromEntries(many(400, (index) => [`m${index}`, index])),
      },
      judged,
    );
    expect([bound.flaky?.length, Object.keys(bound.metrics ?? {}).length, bound.notes.length]).toEqual([
      200, 200, 50,
    ]);
    expect(bound.metrics).toMatchObject({ m0: 0, m7: 7, m399: 399 });
    expect(bound.notes.slice(-4)).toEqual([
      'note 46',
      '50 of 250 flaky tests are left out here',
      '200 of 400 metrics are left out here',
      '13 of 60 notes are left out here',
    ]);
  });

  it('has every metric for the gate of a release', () => {
    const metrics = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`m${index}`, index]));
    const given: RanOutcome = {
      status: 'passed',
      outputs: [],
      seconds: 1,
      documents: [],
      notes: [],
      metrics,
    };
    expect(boundOutcome(given, { judged: [], allMetrics: true })).toEqual(given);
  });
});
