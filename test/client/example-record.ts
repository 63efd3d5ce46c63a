import type { ReleaseRecord } from '../../core/release.ts';
import type { Look } from '../../core/watch.ts';

const artifact = { digest: `sha256:${'a'.repeat(64)}`, size: 10, name: 'summary.json' };

/** A release that waits for its approval. */
export const exampleRecord: ReleaseRecord = {
  id: 'release/flights/0123456789ab-1',
  runId: 'run',
  project: 'longhaul/flights',
  model: 'flights',
  commit: '0123456789abcdef0123456789abcdef01234567',
  trigger: { kind: 'person', by: 'ann@example.org' },
  startedAt: '2026-11-23T14:00:00.000Z',
  updatedAt: '2026-11-23T14:05:00.000Z',
  phase: 'waitingForApproval',
  paused: false,
  waiting: { for: 'a person’s approval', since: '2026-11-23T14:05:00.000Z' },
  ciRun: 'ci/longhaul/flights/0123456789abcdef0123456789abcdef01234567',
  candidateVersion: '2',
  championVersion: '1',
  steps: [],
  gates: [{ gate: 'ci', passed: true, at: '2026-11-23T14:00:01.000Z', evidence: 'CI passed' }],
  evidence: {
    digest: `sha256:${'e'.repeat(64)}`,
    commit: '0123456789abcdef0123456789abcdef01234567',
    configDigest: `sha256:${'c'.repeat(64)}`,
    data: [],
    ciRun: 'ci/longhaul/flights/0123456789abcdef0123456789abcdef01234567',
    candidateVersion: '2',
    championVersion: '1',
    metrics: { accuracy: 0.9123 },
    loadTest: { requests: 900, p95Ms: 41.5, errorRate: 0, passed: true, reason: '', summary: artifact },
  },
  approvals: [],
  snapshots: [],
  candidateWeight: 0,
  weights: [],
  looks: [],
  guardrails: [],
  compensations: [],
  residue: [],
};

/** A look of a canary that goes on. */
export const exampleLook: Look = {
  number: 1,
  at: '2026-11-23T14:06:00.000Z',
  phase: 'canary 5 %',
  candidate: { total: 50, errors: 5, slow: 0 },
  champion: { total: 950, errors: 0, slow: 0 },
  tests: [],
  verdict: { kind: 'needMoreTraffic', reason: '50 of 200 requests' },
  action: 'continue',
  queries: [],
};
