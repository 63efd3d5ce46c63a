import { describe, expect, test } from 'vitest';
import { metricGate } from '../../core/gate.ts';

const input = {
  minimum: { accuracy: 0.85 },
  noWorseThanChampionBy: { accuracy: 0.01 },
  candidate: { accuracy: 0.91, auc: 0.8 },
  champion: { accuracy: 0.915 },
};

describe('the metric gate', () => {
  test('passes a candidate that reaches the minimum and is within the margin, and tells both', () => {
    expect(metricGate(input)).toEqual({
      passed: true,
      evidence:
        "accuracy 0.91 reaches the minimum 0.85; accuracy 0.91 is within 0.01 of the champion's 0.915",
    });
  });

  test('takes the minimum itself for reached, and just below it for missed', () => {
    expect(metricGate({ ...input, candidate: { accuracy: 0.85 }, champion: null }).passed).toBe(true);
    expect(metricGate({ ...input, candidate: { accuracy: 0.8499 }, champion: null })).toEqual({
      passed: false,
      evidence: 'accuracy 0.8499 is below the minimum 0.85',
    });
  });

  test('fails a candidate worse than the champion by more than the margin, and tells that first', () => {
    const { passed, evidence } = metricGate({ ...input, champion: { accuracy: 0.93 } });
    expect(passed).toBe(false);
    expect(evidence).toMatch(/^accuracy 0.91 is not within 0.01 of the champion's 0.93; /);
  });

  test.each([{}, { accuracy: NaN }])('fails a candidate without the number: %j', (candidate) => {
    const { passed, evidence } = metricGate({ ...input, candidate });
    expect(passed).toBe(false);
    expect(evidence).toContain('left no number for accuracy');
  });

  test('cannot compare what the champion lacks, and says so', () => {
    expect(metricGate({ ...input, champion: {} })).toEqual({
      passed: true,
      evidence: 'accuracy 0.91 reaches the minimum 0.85; the champion has no accuracy to compare with',
    });
  });

  test('without a champion the minimum alone decides', () => {
    expect(metricGate({ ...input, champion: null }).evidence).toBe('accuracy 0.91 reaches the minimum 0.85');
  });

  test('compares no metric that the file does not name', () => {
    const champion = { accuracy: 0.91, auc: 0.99 };
    expect(metricGate({ ...input, champion }).passed).toBe(true);
  });
});
