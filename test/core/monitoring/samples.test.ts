import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileOf } from '../../../core/monitoring/aggregate.ts';
import { ciFacts, ciSamples } from '../../../core/monitoring/ci-samples.ts';
import type { CiFacts } from '../../../core/monitoring/ci-samples.ts';
import type { GaugeSpec, Sample } from '../../../core/monitoring/metric.ts';
import { recordMetrics } from '../../../core/monitoring/record-metrics.ts';
import {
  endedRelease,
  endedSamples,
  openRelease,
  openSamples,
} from '../../../core/monitoring/release-samples.ts';
import type { StepOutcome } from '../../../core/step.ts';
import { exampleRecord } from '../../client/example-record.ts';

const now = Date.parse('2026-11-23T15:00:00.000Z');
const ago = (ms: number): string => new Date(now - ms).toISOString();
const hours = 3_600_000;
const project = 'longhaul/flights';

/** Values of a gauge by those labels. */
const told = (
  samples: readonly Sample[],
  { name }: GaugeSpec,
  labels: Readonly<Record<string, string>> = {},
): readonly number[] =>
  samples
    .filter((one) => one.metric.name === name)
    .filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
    .map(({ value }) => value);

describe('what is told of releases', () => {
  const released = { ...exampleRecord, phase: 'ended', outcome: { kind: 'released' } } as const;

  it('how long the one that has waited longest waits, and not since when', () => {
    const waits = (minutes: number) =>
      openRelease({ ...exampleRecord, waiting: { for: 'a person', since: ago(minutes * 60_000) } });
    const samples = openSamples([waits(10), waits(90)], now);
    expect(told(samples, recordMetrics.releasesOpen, { phase: 'waitingForApproval' })).toEqual([2]);
    expect(told(samples, recordMetrics.releaseWaiting)).toEqual([90 * 60]);
  });

  it('the lead time from the CI run on, unless CI ran again after the release had begun', () => {
    expect(endedRelease(released, '2026-11-23T13:50:00.000Z')?.leadSeconds).toBe(15 * 60);
    expect(endedRelease(released, '2026-11-23T14:30:00.000Z')?.leadSeconds).toBeNull();
    expect(endedRelease(exampleRecord, null)).toBeNull();
  });

  it('a release in each window that it ended in, and in no other', () => {
    const ended = endedRelease({ ...released, updatedAt: ago(25 * hours) }, null);
    const samples = endedSamples(ended === null ? [] : [ended], now);
    const windows = samples
      .filter(({ metric }) => metric === recordMetrics.releasesEnded)
      .map(({ labels }) => labels['window']);
    expect(windows).toEqual(['7d', '30d']);
  });
});

describe('what is told of CI runs', () => {
  const report = { digest: 'sha256:r', size: 1, name: 'report' };
  const facts = { seconds: 5, documents: [], notes: [] };
  const run = (outcome: StepOutcome, passed: boolean): CiFacts =>
    ciFacts({
      ...{ id: 'ci/x', project, commit: 'c', passed, startedAt: ago(hours), seconds: 60, configDigest: '' },
      ...{ steps: [{ name: 'tests', outcome }], report: { markdown: report, junit: report } },
    });

  it('a flaky test once, however many runs it was flaky in', () => {
    const flaky = [{ name: 't::a', failures: 1, tries: 2, message: '' }];
    const one = run({ status: 'passed', outputs: [], ...facts, flaky }, true);
    expect(told(ciSamples([one, one], now), recordMetrics.ciFlakyTests, { window: '1d' })).toEqual([1]);
  });

  it('a run that was cancelled as neither passed nor failed, and the cause of one that failed', () => {
    const failure = { id: 'disk-full', kind: 'infrastructure', cause: '', mend: '' } as const;
    const samples = ciSamples(
      [
        run({ status: 'cancelled', reason: '' }, false),
        run({ status: 'failed', reason: '', lastLines: [], ...facts, failure }, false),
      ],
      now,
    );
    for (const result of ['cancelled', 'failed'])
      expect(told(samples, recordMetrics.ciRuns, { result, window: '1d' })).toEqual([1]);
    expect(told(samples, recordMetrics.ciFailures, { cause: 'disk-full', window: '1d' })).toEqual([1]);
  });

  it('no more in a short window than in a long one, and each label set once', () => {
    const facts = fc.record({
      project: fc.constantFrom('a/b', 'c/d'),
      endedAt: fc.integer({ min: 0, max: 40 * 24 }).map((age) => ago(age * hours)),
      seconds: fc.integer({ min: 0, max: 9_000 }),
      result: fc.constantFrom('passed', 'failed', 'cancelled'),
      steps: fc.constant([]),
    });
    fc.assert(
      fc.property(fc.array(facts), (runs) => {
        const samples = ciSamples(runs, now);
        const total = (window: string): number =>
          told(samples, recordMetrics.ciRuns, { window }).reduce((sum, value) => sum + value, 0);
        expect(total('1d')).toBeLessThanOrEqual(total('7d'));
        expect(total('7d')).toBeLessThanOrEqual(total('30d'));
        expect(total('30d')).toBe(
          runs.filter(({ endedAt }) => Date.parse(endedAt) >= now - 720 * hours).length,
        );
        const keys = samples.map(({ metric, labels }) => JSON.stringify([metric.name, labels]));
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});

it('a quantile is one of the values, and at least its share of them is not above it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const quantile = quantileOf(values, share);
        expect(values).toContain(quantile);
        const below = values.filter((value) => value <= quantile).length;
        expect(below).toBeGreaterThanOrEqual(share * values.length - 1e-9);
      },
    ),
  );
  expect(quantileOf([], 0.5)).toBeNaN();
});
