import type { ReleaseRecord } from '../../../../core/release.ts';
import { sampleLook, sampleRelease } from '../sample-release.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const summary = { digest: digest('a'), size: 10, name: 'summary.json' };

/** A release that asks two people for their approval; one has given it. */
export const askedRelease = {
  ...sampleRelease,
  phase: 'waitingForApproval',
  candidateWeight: 0,
  weights: [],
  waiting: {
    for: '1 more approval by release-managers',
    since: '2026-11-23T10:31:00.000Z',
    next: 'longhaul release approve release/flight-delay/abcdef012345-1',
  },
  gates: [
    ...sampleRelease.gates,
    {
      gate: 'metrics',
      passed: true,
      at: '2026-11-23T10:15:00.000Z',
      evidence: 'accuracy 0.9134 within 0.01 of the champion’s 0.9',
    },
  ],
  evidence: {
    digest: digest('e'),
    sealedAt: '2026-11-23T10:30:00.000Z',
    commit: sampleRelease.commit,
    configDigest: digest('c'),
    data: [{ target: 'data/full', digest: digest('d'), files: 12, bytes: 3_141_592, source: 'cache' }],
    ciRun: sampleRelease.ciRun,
    candidateVersion: '7',
    championVersion: '6',
    metrics: { accuracy: 0.9134, f1: 0.41 },
    loadTest: { requests: 2_000, p95Ms: 31.2, errorRate: 0.0005, passed: true, reason: '', summary },
    image: { reference: 'registry.example/flights:abcdef' },
  },
  asked: {
    evidenceDigest: digest('e'),
    policy: { required: true, expiresMs: 86_400_000, quorum: 2, roles: ['release-managers'] },
    environment: 'production',
    askedAt: '2026-11-23T10:31:00.000Z',
    expiresAt: '2026-11-24T10:31:00.000Z',
    missing: '1 more of 2 approvals by release-managers',
  },
  approvals: [
    {
      decision: 'approved',
      by: 'ann',
      provider: 'slack',
      verified: true,
      at: '2026-11-23T10:40:00.000Z',
      evidenceDigest: digest('e'),
      comment: 'good figures',
    },
    {
      decision: 'approved',
      by: 'bob',
      provider: 'cli',
      verified: false,
      at: '2026-11-23T10:41:00.000Z',
      evidenceDigest: digest('e'),
      comment: '',
      ignored: 'nobody vouches for bob (CLI, unverified)',
    },
  ],
  reminders: [
    {
      kind: 'escalation',
      at: '2026-11-23T14:31:00.000Z',
      evidenceDigest: digest('e'),
      to: ['ann', 'release-managers'],
      missing: '1 more of 2 approvals by release-managers',
    },
  ],
} as const satisfies ReleaseRecord;

/** What a canary has seen and what was undone of it. */
export const looked = {
  guardrails: [
    { sli: 'errors', limit: 0.01 },
    { sli: 'latency', limit: 0.05, thresholdSeconds: 2 },
  ],
  looks: [
    sampleLook(1),
    { ...sampleLook(2), action: 'hold', verdict: { kind: 'noData', reason: 'no samples for 60 s' } },
    { ...sampleLook(3), action: 'hold', verdict: { kind: 'noData', reason: 'no samples for 90 s' } },
    {
      ...sampleLook(4),
      candidate: { total: 412, errors: 43, slow: 50 },
      champion: { total: 9_000, errors: 9, slow: 18 },
      action: 'rollBack',
      verdict: { kind: 'fail', reason: 'errors 10.4 % of 412 requests, limit 1 %' },
    },
  ],
  compensations: [
    { name: 'traffic', verified: true, detail: 'all requests go to version 6', residue: [] },
    {
      name: 'alias challenger',
      verified: false,
      detail: 'MLflow does not answer',
      residue: ['alias challenger'],
    },
  ],
  residue: ['alias challenger still points at version 7'],
} as const satisfies Partial<ReleaseRecord>;
