import type { ReleaseRecord } from '../../../core/release.ts';
import type { Look } from '../../../core/watch.ts';

/** A release in the middle of its canary. */
export const sampleRelease: ReleaseRecord = {
  id: 'release/flight-delay/abcdef012345-1',
  runId: 'run',
  project: 'longhaul/flights',
  model: 'flight-delay',
  commit: 'abcdef0123456789abcdef0123456789abcdef01',
  trigger: { kind: 'push', by: 'ann' },
  startedAt: '2026-11-23T10:00:00.000Z',
  updatedAt: '2026-11-23T10:31:05.000Z',
  phase: 'canary',
  paused: false,
  ciRun: 'ci/longhaul/flights/abcdef',
  candidateVersion: '7',
  championVersion: '6',
  steps: [],
  gates: [
    { gate: 'training', passed: true, at: '2026-11-23T10:10:00.000Z', evidence: 'epoch 10 of 10' },
    { gate: 'load', passed: true, at: '2026-11-23T10:20:00.000Z', evidence: 'P95 31 ms of 2000 requests' },
  ],
  approvals: [],
  snapshots: [],
  candidateWeight: 20,
  weights: [
    { at: '2026-11-23T10:25:00.000Z', candidateWeight: 5 },
    { at: '2026-11-23T10:28:00.000Z', candidateWeight: 20 },
  ],
  looks: [],
  guardrails: [{ sli: 'errors', limit: 0.01 }],
  compensations: [],
  residue: [],
};

export const sampleLook = (number: number): Look => ({
  number,
  at: `2026-11-23T10:26:${String(number).padStart(2, '0')}.000Z`,
  phase: 'canary',
  candidate: { total: 40 * number, errors: 4, slow: 0 },
  champion: { total: 0, errors: 0, slow: 0 },
  tests: [
    {
      sli: 'errors',
      arm: 'candidate',
      limit: 0.01,
      bad: 4,
      total: 40 * number,
      logE: Math.log(7.5),
      logThreshold: Math.log(20),
      upperBound: 0.3,
    },
  ],
  verdict: { kind: 'needMoreTraffic', reason: `no limit shown broken in ${40 * number} requests` },
  action: 'continue',
  queries: [],
});
