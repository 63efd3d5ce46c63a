import { expect, test } from 'vitest';
import { approvalLines } from '../../client/cli/render/approval-lines.ts';
import { releaseNews } from '../../client/cli/render/release-news.ts';
import { plain } from '../../client/cli/render/style.ts';
import { releaseDetails } from '../../core/render/release-details.ts';
import type { Approval, ReleaseRecord } from '../../core/release.ts';
import { exampleRecord } from './example-record.ts';

const answer: Approval = {
  decision: 'approved',
  by: 'ann',
  id: 'ann',
  provider: 'github',
  verified: true,
  person: 'ann',
  roles: ['managers'],
  at: '2026-11-23T14:06:00.000Z',
  evidenceDigest: exampleRecord.evidence?.digest ?? '',
  comment: 'looks good',
};
const ofNobody: Approval = {
  ...answer,
  by: 'bob',
  provider: 'cli',
  verified: false,
  ignored: 'nobody vouches',
};
const fallen: Approval = {
  ...answer,
  fell: { at: '2026-11-23T14:06:30.000Z', reason: 'the champion (1, now 2) has changed' },
};
const record: ReleaseRecord = {
  ...exampleRecord,
  approvals: [answer, ofNobody, fallen],
  asked: {
    evidenceDigest: answer.evidenceDigest,
    policy: { required: true, expiresMs: 1, quorum: 2 },
    environment: 'production',
    askedAt: '2026-11-23T14:05:00.000Z',
    expiresAt: '2026-11-30T14:05:00.000Z',
    missing: '1 more of 2 approvals',
  },
  reminders: [
    {
      kind: 'escalation',
      at: '2026-11-23T14:07:00.000Z',
      evidenceDigest: answer.evidenceDigest,
      to: ['cid'],
      missing: '1 more of 2 approvals',
    },
  ],
};

test('each answer is told with who gave it, who vouches, and whether it counts', () => {
  expect(
    approvalLines({ ...record, approvals: [answer, { ...ofNobody, roles: [] }, fallen] }, plain),
  ).toEqual([
    '✓ 2026-11-23 14:06:00 approved by ann on GitHub (managers): “looks good”',
    expect.stringMatching(/^– .*approved by bob \(CLI, unverified\).*; does not count: nobody vouches$/),
    expect.stringMatching(/^– .*; fell at 14:06:30: the champion \(1, now 2\) has changed$/),
    '○ 2026-11-23 14:07:00 escalation to cid',
    '○ needs 1 more of 2 approvals, until 2026-11-30 14:05:00',
  ]);
});

test('a record of version 0.1 is told as it is: its answer counted', () => {
  const { id: _, person: __, roles: ___, ...old } = { ...answer, provider: 'cli', verified: false } as const;
  const { asked: ____, reminders: _____, ...before } = record;
  expect(approvalLines({ ...before, approvals: [old] }, plain)).toEqual([
    '✓ 2026-11-23 14:06:00 approved by ann (CLI, unverified): “looks good”',
  ]);
});

test('the news tell each answer once, and once that it has fallen', () => {
  const view = (now: ReleaseRecord) =>
    ({
      ...{ id: now.id, startedAt: now.startedAt, record: now, pending: [] },
      ...({ status: 'RUNNING', answeredBy: 'workflow' } as const),
    }) as const;
  const given = view({ ...record, approvals: [answer], reminders: [] });
  expect(releaseNews(view({ ...record, approvals: [], reminders: [] }), given)).toEqual([
    '14:06:00 approved by ann on GitHub (managers): “looks good”',
  ]);
  expect(releaseNews(given, view({ ...record, approvals: [fallen] }))).toEqual([
    '14:06:30 the answer of ann on GitHub has fallen: the champion (1, now 2) has changed',
    '14:07:00 escalation: the approval still needs 1 more of 2 approvals',
  ]);
});

test('Temporal’s page shows them while they are waited for', () => {
  expect(releaseDetails(record)).toContain('- ✓ (14:06:00) approved by ann on GitHub');
  expect(releaseDetails({ ...record, phase: 'canary' })).not.toContain('**Answers**');
});
