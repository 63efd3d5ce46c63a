import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { counts, letFall, refusalOf, standingOf, takeAnswer } from '../../core/approval.ts';
import type { Answerer, PersonsAnswer } from '../../core/approval.ts';
import type { ApprovalPolicy } from '../../core/approval-policy.ts';
import type { Approval } from '../../core/release.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const other = `sha256:${'f'.repeat(64)}`;
const before = '2026-11-23T12:00:00.000Z';
const expiresAt = '2026-11-30T12:00:00.000Z';

const anyone: ApprovalPolicy = { required: true, expiresMs: 1 };
const two: ApprovalPolicy = { ...anyone, quorum: 2, roles: ['managers'], notTheAuthor: true };

const asked = (policy: ApprovalPolicy = anyone) => ({ evidenceDigest: digest, policy, expiresAt });

const listed = (person: string, provider: 'github' | 'slack' = 'github'): Answerer => ({
  identity: { provider, id: `${provider}-${person}`, name: person, verified: true },
  person,
  roles: ['managers'],
  author: 'no',
});
const unverified: Answerer = {
  identity: { provider: 'cli', id: 'ann', name: 'ann', verified: false },
  roles: [],
  author: 'unknown',
};
const said = (answerer: Answerer, change: Partial<PersonsAnswer> = {}): PersonsAnswer => ({
  decision: 'approved',
  answerer,
  at: before,
  comment: '',
  ...change,
});

/** All answers in turn: what is kept, and what each was told. */
function answered(policy: ApprovalPolicy, answers: readonly PersonsAnswer[]) {
  let approvals: readonly Approval[] = [];
  const told = answers.map((answer) => {
    const taken = takeAnswer(asked(policy), approvals, answer);
    approvals = taken.approvals;
    return `${taken.accepted ? 'taken' : 'refused'}: ${taken.message}`;
  });
  return { approvals, told, standing: standingOf(asked(policy), approvals) };
}

describe('what an answer is about', () => {
  test.each([[undefined], [digest], [digest.slice(7)], [digest.slice(7, 19)], [digest.slice(0, 19)]])(
    'evidence named as %s is that which is asked about',
    (named) => {
      const evidence = named === undefined ? {} : { evidence: named };
      expect(refusalOf(asked(), [], { at: before, ...evidence })).toBeNull();
    },
  );

  test.each(['', 's', 'sha256:', '0123456789a', digest.slice(0, 12)])(
    '"%s" is too little to name evidence by',
    (evidence) => {
      expect(refusalOf(asked(), [], { at: before, evidence })).not.toBeNull();
    },
  );

  it('is refused for other evidence, with both digests and what to do', () => {
    const refusal = refusalOf(asked(), [], { at: before, evidence: other });
    expect(refusal).toMatch(new RegExp(`${other}.*${digest}.*longhaul release show`));
  });

  it('is refused after the approval has expired, and taken at that very moment', () => {
    expect(refusalOf(asked(), [], { at: '2026-11-30T12:00:00.001Z' })).toMatch(/expired/);
    expect(refusalOf(asked(), [], { at: expiresAt })).toBeNull();
  });

  it('falls with its evidence, and stays fallen when the evidence comes back', () => {
    const { approvals } = answered(anyone, [said(unverified)]);
    const fallen = letFall(approvals, other, {
      at: expiresAt,
      reason: 'the champion (1, now 2) has changed',
    });
    expect(fallen).toMatchObject([{ fell: { reason: expect.stringContaining('champion') as string } }]);
    expect(standingOf(asked(), letFall(fallen, digest, { at: expiresAt, reason: '' })).kind).toBe('open');
  });
});

describe('where anyone may answer', () => {
  it('the first answer stands', () => {
    const { standing, told } = answered(anyone, [
      said(unverified, { decision: 'rejected' }),
      said(listed('bob')),
    ]);
    expect(standing).toMatchObject({ kind: 'rejected' });
    expect(told[1]).toBe('refused: ann has already rejected it');
  });

  it('a false proof counts for nothing, not even as the word of nobody', () => {
    const { approvals, standing, told } = answered(anyone, [
      said(unverified, { against: 'the mark of the press is not Longhaul’s' }),
    ]);
    expect(standing.kind).toBe('open');
    expect(told).toEqual(['refused: it does not count: the mark of the press is not Longhaul’s']);
    expect(approvals).toMatchObject([{ ignored: 'the mark of the press is not Longhaul’s' }]);
  });

  it('a rejection without a reason does not count where one is needed', () => {
    const policy: ApprovalPolicy = { ...anyone, rejectNeedsReason: true };
    const { standing, told } = answered(policy, [
      said(unverified, { decision: 'rejected', comment: ' ' }),
      said(unverified, { decision: 'rejected', comment: 'recall fell' }),
    ]);
    expect(told[0]).toMatch(/^refused: .*needs a reason/);
    expect(standing).toMatchObject({ kind: 'rejected', by: { comment: 'recall fell' } });
  });
});

describe('where two managers must approve, not the author', () => {
  it('says after each answer what is missing', () => {
    const { standing, told } = answered(two, [said(listed('ann')), said(listed('bob', 'slack'))]);
    expect(told[0]).toMatch(
      /needs 1 more of 2 approvals by managers, none by the author \(given: ann on GitHub\)$/,
    );
    expect(told[1]).not.toMatch(/needs/);
    expect(standing).toMatchObject({ kind: 'approved', by: [{ by: 'ann' }, { by: 'bob' }] });
  });

  it('one person counts once, whatever account they use', () => {
    const { standing, told, approvals } = answered(two, [said(listed('ann')), said(listed('ann', 'slack'))]);
    expect(standing.kind).toBe('open');
    expect(told[1]).toMatch(/^taken: ann has approved it before; it still needs 1 more/);
    expect(approvals).toHaveLength(1);
  });

  it.each<[string, Answerer, RegExp]>([
    ['nobody vouches for', unverified, /nobody vouches for ann \(CLI, unverified\)/],
    ['is not listed', { ...listed('eve'), roles: [] }, /eve on GitHub is not among managers/],
    ['has another role', { ...listed('eve'), roles: ['guests'] }, /eve on GitHub is not among managers/],
    ['wrote it', { ...listed('ann'), author: 'yes' }, /wrote what is released/],
    ['may have written it', { ...listed('ann'), author: 'unknown' }, /cannot be told apart from the author/],
  ])('the approval of who %s does not count, and the record says why', (_, answerer, why) => {
    const { approvals, standing, told } = answered(two, [said(answerer), said(listed('bob'))]);
    expect(told[0]).toMatch(/^refused: it does not count/);
    expect(told[0]).toMatch(why);
    expect(approvals[0]?.ignored).toMatch(why);
    expect(standing.kind).toBe('open');
  });

  it('an account of nobody that is known does not count: it may be a second one of somebody', () => {
    const { person: _, ...stranger } = listed('zoe');
    expect(answered({ ...anyone, quorum: 2 }, [said(stranger)]).told[0]).toMatch(
      /two accounts of one person/,
    );
  });

  it('one no of someone entitled decides, also the author’s; that of a stranger does not', () => {
    const no = { decision: 'rejected', comment: 'drift' } as const;
    const author = answered(two, [said(listed('bob')), said({ ...listed('ann'), author: 'yes' }, no)]);
    expect(author.standing).toMatchObject({ kind: 'rejected', by: { by: 'ann' } });
    expect(answered(two, [said({ ...listed('eve'), roles: [] }, no)]).standing.kind).toBe('open');
    expect(answered(two, [said(unverified, no)]).standing.kind).toBe('open');
  });

  it('who repeats what does not count makes no record grow', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      said({ ...unverified, identity: { ...unverified.identity, id: `id ${index}` } }),
    );
    expect(answered(two, [said(unverified), said(unverified)]).approvals).toHaveLength(1);
    expect(answered(two, many).approvals.length).toBeLessThanOrEqual(50);
  });
});

describe('whatever is answered, in whatever order', () => {
  const answerer: fc.Arbitrary<Answerer> = fc.record({
    identity: fc.record({
      provider: fc.constantFrom('github' as const, 'slack' as const, 'cli' as const),
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      name: fc.constantFrom('ann', 'bob'),
      verified: fc.boolean(),
    }),
    person: fc.constantFrom('ann', 'bob', 'cid'),
    roles: fc.constantFrom([], ['managers'], ['guests']),
    author: fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const),
  });
  const answer: fc.Arbitrary<PersonsAnswer> = fc.record(
    {
      decision: fc.constantFrom('approved' as const, 'approved' as const, 'rejected' as const),
      answerer,
      at: fc.constantFrom(before, expiresAt, '2026-12-01T00:00:00.000Z'),
      comment: fc.constantFrom('', 'why'),
      evidence: fc.constantFrom(digest, other),
      against: fc.constant('forged'),
    },
    { requiredKeys: ['decision', 'answerer', 'at', 'comment'] },
  );
  const policy: fc.Arbitrary<ApprovalPolicy> = fc.record(
    {
      required: fc.constant(true),
      expiresMs: fc.constant(1),
      quorum: fc.integer({ min: 1, max: 3 }),
      roles: fc.constant(['managers']),
      notTheAuthor: fc.constant(true as const),
      rejectNeedsReason: fc.constant(true as const),
    },
    { requiredKeys: ['required', 'expiresMs'] },
  );

  it('is approved only by as many entitled people as are needed, each vouched for, none twice, none the author', () => {
    fc.assert(
      fc.property(policy, fc.array(answer, { maxLength: 12 }), (given, answers) => {
        const { standing } = answered(given, answers);
        if (standing.kind !== 'approved') return;
        expect(new Set(standing.by.map(({ person }) => person)).size).toBe(standing.by.length);
        expect(standing.by.length).toBeGreaterThanOrEqual(given.quorum ?? 1);
        for (const approval of standing.by) {
          const source = answers.filter(
            ({ answerer: who, at, decision, against, evidence }) =>
              decision === 'approved' &&
              against === undefined &&
              evidence !== other &&
              at <= expiresAt &&
              who.identity.id === approval.id &&
              who.person === approval.person &&
              (given.roles === undefined || who.roles.includes('managers')) &&
              (given.notTheAuthor !== true || who.author === 'no') &&
              (who.identity.verified ||
                ((given.quorum ?? 1) === 1 && given.roles === undefined && given.notTheAuthor !== true)),
          );
          expect(source.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes nothing after the decision, and forgets nothing that counted', () => {
    fc.assert(
      fc.property(policy, fc.array(answer, { maxLength: 12 }), (given, answers) => {
        let approvals: readonly Approval[] = [];
        for (const each of answers) {
          const decided = standingOf(asked(given), approvals).kind !== 'open';
          const taken = takeAnswer(asked(given), approvals, each);
          if (decided) expect(taken).toMatchObject({ accepted: false, approvals });
          expect(taken.approvals).toEqual(expect.arrayContaining(approvals.filter(counts)));
          if (!taken.accepted) expect(taken.approvals.filter(counts)).toEqual(approvals.filter(counts));
          approvals = taken.approvals;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
