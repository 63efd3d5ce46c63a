import { expect, test } from 'vitest';
import { decideApproval } from '../../core/approval.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const open = { evidenceDigest: digest, decided: null };

test.each([[undefined], [digest], [digest.slice(7)], [digest.slice(7, 19)], [digest.slice(0, 19)]])(
  'an answer that names the evidence as %s is taken',
  (named) => {
    expect(decideApproval(open, named)).toEqual({ accepted: true });
  },
);

test('an answer about other evidence is refused, with both digests and what to do', () => {
  const other = `sha256:${'f'.repeat(64)}`;
  const answer = decideApproval(open, other);
  expect(answer).toMatchObject({ accepted: false });
  expect(JSON.stringify(answer)).toMatch(new RegExp(`${other}.*${digest}.*longhaul release show`));
});

test.each(['', 's', 'sha256:', '0123456789a', digest.slice(0, 12)])(
  '"%s" is too little to name evidence by',
  (named) => {
    expect(decideApproval(open, named).accepted).toBe(false);
  },
);

test('the first answer stands', () => {
  const decided = { decision: 'rejected', by: 'ann' } as const;
  expect(decideApproval({ ...open, decided }, digest)).toEqual({
    accepted: false,
    reason: 'ann has already rejected it',
  });
});

test('nothing is taken while nothing is asked', () => {
  expect(decideApproval({ evidenceDigest: null, decided: null }, digest).accepted).toBe(false);
});
