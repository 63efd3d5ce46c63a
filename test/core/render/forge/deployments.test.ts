import { describe, expect, test } from 'vitest';
import { releaseDeployments } from '../../../../core/render/forge/deployments.ts';
import type { GateResult, ReleaseRecord } from '../../../../core/release.ts';
import { sampleRelease } from '../sample-release.ts';

const gate = (name: GateResult['gate'], passed = true): GateResult => ({
  ...{ gate: name, passed, at: '2026-11-23T10:00:00.000Z', evidence: `${name} said so` },
});
const inStaging = ['metrics', 'staging', 'integration', 'load'] as const;

const release = (given: Partial<ReleaseRecord>): ReleaseRecord => ({ ...sampleRelease, gates: [], ...given });
const shortly = (record: ReleaseRecord): readonly string[] =>
  releaseDeployments(record).map(({ environment, state }) => `${environment} ${state}`);

describe('a release', () => {
  test('shows nothing before it comes to an environment', () => {
    expect(shortly(release({ phase: 'training' }))).toEqual([]);
  });

  test.each([
    ['waitingForStagingLane', ['metrics'], ['staging queued']],
    ['loadTest', ['metrics', 'staging', 'integration'], ['staging inProgress']],
    ['waitingForApproval', inStaging, ['staging success', 'production queued']],
    ['canary', inStaging, ['staging success', 'production inProgress']],
    ['undoing', inStaging, ['staging inProgress', 'production inProgress']],
  ] as const)('in the phase %s', (phase, gates, shown) => {
    expect(shortly(release({ phase, gates: gates.map((name) => gate(name)) }))).toEqual(shown);
  });

  const all = inStaging.map((name) => gate(name));
  test.each([
    [{ kind: 'released' }, ['staging success', 'production success']],
    [{ kind: 'rolledBack', reason: 'errors' }, ['staging inactive', 'production failure']],
    [{ kind: 'rejected', by: 'ann', reason: 'no' }, ['staging inactive', 'production inactive']],
    [{ kind: 'superseded', by: 'release/b' }, ['staging inactive', 'production inactive']],
  ] as const)('that ended as %o', (outcome, shown) => {
    expect(shortly(release({ phase: 'ended', gates: all, outcome }))).toEqual(shown);
  });

  test('that failed in staging never came to production', () => {
    const record = release({
      ...{ phase: 'ended', gates: [gate('metrics'), gate('staging'), gate('load', false)] },
      outcome: { kind: 'failed', reason: 'load test: P95 700 ms' },
    });
    expect(shortly(record)).toEqual(['staging failure']);
  });

  test('has a stable key, a description that fits, and tells its traffic', () => {
    const [, production] = releaseDeployments(
      release({ phase: 'canary', gates: all, waiting: { for: 'x'.repeat(300), since: '' } }),
      { urls: { production: 'https://flights.example' }, logUrl: 'https://temporal.example' },
    );
    expect(production).toMatchObject({
      key: 'release/flight-delay/abcdef012345-1#production',
      production: true,
      url: 'https://flights.example',
      logUrl: 'https://temporal.example',
    });
    expect(production?.description).toMatch(/^version 7: canary with 20 % of the traffic, waits for x+…$/);
    expect(production?.description.length).toBeLessThanOrEqual(140);
  });
});
