/** Whether a person's answer counts, and what the answers come to. */
import { needsVerified, policyInWords } from './approval-policy.ts';
import type { ApprovalPolicy, ApprovalQuestion } from './approval-policy.ts';
import { identityInWords } from './identity.ts';
import type { Identity } from './identity.ts';
import type { Approval } from './release.ts';

/** Who answers, as far as it could be found out. */
export interface Answerer {
  readonly identity: Identity;
  /** Name in the operator's `people`; absent: not listed there. */
  readonly person?: string;
  /** Roles that the person has in the environment. */
  readonly roles: readonly string[];
  /** Whether they wrote what is released. */
  readonly author: 'yes' | 'no' | 'unknown';
}

/** An answer as it has come in. */
export interface PersonsAnswer {
  readonly decision: Approval['decision'];
  readonly answerer: Answerer;
  /** The evidence that it names, whole or by its first digits; absent: what was asked when it came. */
  readonly evidence?: string;
  /** ISO time at which it came; what was asked until then counts for its being in time. */
  readonly at: string;
  readonly comment: string;
  /** What stands against it, whatever the policy: a false proof, say. */
  readonly against?: string;
}

/** What the answers come to: `missing` is in words. */
export type Standing =
  | { readonly kind: 'open'; readonly missing: string }
  | { readonly kind: 'approved'; readonly by: readonly Approval[] }
  | { readonly kind: 'rejected'; readonly by: Approval };

/** What became of an answer. `message` is a sentence for who gave it, `approvals` all that are kept now. */
export interface Taken {
  readonly accepted: boolean;
  readonly message: string;
  readonly approvals: readonly Approval[];
}

/** Answers that do not count are kept up to here: whoever repeats one makes no record grow for ever. */
const keptIgnored = 50;

/**
 * Takes an answer to a question, beside those given before. It is refused, and leaves nothing, where the question is
 * answered, has expired, or is about other evidence. Where only its giver stands against it, it is kept and ignored.
 */
export const takeAnswer = (
  question: Pick<ApprovalQuestion, 'evidenceDigest' | 'policy' | 'expiresAt'>,
  given: readonly Approval[],
  answer: PersonsAnswer,
): Taken => {
  const refusal = refusalOf(question, given, answer);
  if (refusal !== null) return { accepted: false, message: refusal, approvals: given };
  const { policy, evidenceDigest } = question;
  const ignored = whyIgnored(policy, answer);
  if (ignored !== null) {
    const kept = keep(given, { ...approvalOf(answer, evidenceDigest), ignored });
    return { accepted: false, message: `it does not count: ${ignored}`, approvals: kept };
  }
  const approval = approvalOf(answer, evidenceDigest);
  const known = answer.decision === 'approved' && hasApproved(given, approval);
  const approvals = known ? given : [...given, approval];
  const standing = standingOf(question, approvals);
  const told = known
    ? `${approval.by} has approved it before`
    : `${answer.decision}, for evidence ${evidenceDigest.slice(0, 19)}`;
  const rest = standing.kind === 'open' ? `; it still needs ${standing.missing}` : '';
  return { accepted: true, message: told + rest, approvals };
};

/** Why no answer can be taken now, whoever gives it; null when one can. */
export const refusalOf = (
  question: Pick<ApprovalQuestion, 'evidenceDigest' | 'policy' | 'expiresAt'>,
  given: readonly Approval[],
  { at, evidence }: Pick<PersonsAnswer, 'at' | 'evidence'>,
): string | null => {
  const standing = standingOf(question, given);
  if (standing.kind === 'rejected') return `${standing.by.by} has already rejected it`;
  if (standing.kind === 'approved') {
    const [first, ...others] = standing.by.map(({ by }) => by);
    return others.length === 0
      ? `${first ?? ''} has already approved it`
      : `${[first, ...others].join(' and ')} have already approved it`;
  }
  if (at > question.expiresAt) return `the approval expired at ${question.expiresAt}`;
  if (evidence !== undefined && !namesEvidence(evidence, question.evidenceDigest)) {
    return (
      `the answer is about evidence ${evidence}, but the release now rests on ${question.evidenceDigest}: ` +
      'look again with `longhaul release show`, then answer about what it shows'
    );
  }
  return null;
};

/** What the answers to the question come to: a no by one decides, and so do as many people as are needed. */
export const standingOf = (
  { evidenceDigest, policy }: Pick<ApprovalQuestion, 'evidenceDigest' | 'policy'>,
  given: readonly Approval[],
): Standing => {
  const counting = given.filter((approval) => counts(approval) && approval.evidenceDigest === evidenceDigest);
  const rejection = counting.find(({ decision }) => decision === 'rejected');
  if (rejection !== undefined) return { kind: 'rejected', by: rejection };
  const by = [...new Map(counting.map((approval) => [whoIs(approval), approval])).values()];
  const missing = (policy.quorum ?? 1) - by.length;
  if (missing <= 0) return { kind: 'approved', by };
  const needed = policyInWords(policy);
  if (by.length === 0) return { kind: 'open', missing: needed };
  return { kind: 'open', missing: `${missing} more of ${needed} (given: ${by.map(saidBy).join(', ')})` };
};

/** Whether an approval counts, or did until its evidence changed. */
export const counts = ({ ignored, fell }: Approval): boolean => ignored === undefined && fell === undefined;

/** The same approvals, with those fallen that were for other evidence than this. */
export const letFall = (
  given: readonly Approval[],
  evidenceDigest: string,
  fell: NonNullable<Approval['fell']>,
): readonly Approval[] =>
  given.map((approval) =>
    counts(approval) && approval.evidenceDigest !== evidenceDigest ? { ...approval, fell } : approval,
  );

/** `ann on GitHub`, as the record has it. */
export const saidBy = ({ by: name, id = name, provider, verified }: Approval): string =>
  identityInWords({ name, id, provider, verified });

/** Why an answer does not count, by who gave it and how; null when it does. */
function whyIgnored(
  policy: ApprovalPolicy,
  { against, answerer, comment, decision }: PersonsAnswer,
): string | null {
  const { author, identity, person, roles } = answerer;
  const who = identityInWords(identity);
  if (against !== undefined) return against;
  if (needsVerified(policy) && !identity.verified) {
    return `nobody vouches for ${who}, and here it takes ${policyInWords(policy)}: answer on GitHub or in Slack`;
  }
  if (policy.roles !== undefined && !policy.roles.some((role) => roles.includes(role))) {
    return person === undefined
      ? `${who} is not among the people of the operator’s file, and only ${policy.roles.join(' or ')} may answer`
      : `${who} is not among ${policy.roles.join(' or ')}`;
  }
  if ((policy.quorum ?? 1) > 1 && person === undefined) {
    return `${who} is not among the people of the operator’s file, so that nobody can tell two accounts of one person apart`;
  }
  if (decision === 'rejected' && policy.rejectNeedsReason === true && comment.trim() === '') {
    return 'a rejection needs a reason here';
  }
  if (decision === 'approved' && policy.notTheAuthor === true && author !== 'no') {
    return author === 'yes'
      ? `${who} wrote what is released, and the author’s approval does not count`
      : `${who} cannot be told apart from the author: the operator’s file must say their GitHub login or address`;
  }
  return null;
}

function approvalOf({ answerer, at, comment, decision }: PersonsAnswer, evidenceDigest: string): Approval {
  const { identity, person, roles } = answerer;
  const { id, name: by, provider, verified } = identity;
  return {
    ...{ decision, by, provider, verified, at, evidenceDigest, comment, id },
    ...(person === undefined ? {} : { person }),
    ...(roles.length === 0 ? {} : { roles }),
  };
}

/** One that is ignored is kept once, in its newest form, and no more of them than {@link keptIgnored}. */
function keep(given: readonly Approval[], approval: Approval): readonly Approval[] {
  const same = given.findIndex(
    (other) =>
      other.ignored === approval.ignored &&
      other.decision === approval.decision &&
      other.evidenceDigest === approval.evidenceDigest &&
      whoIs(other) === whoIs(approval),
  );
  if (same !== -1) return given.with(same, approval);
  const ignored = given.filter((other) => other.ignored !== undefined).length;
  return ignored < keptIgnored ? [...given, approval] : given;
}

const hasApproved = (given: readonly Approval[], approval: Approval): boolean =>
  given.some(
    (other) =>
      counts(other) &&
      other.evidenceDigest === approval.evidenceDigest &&
      other.decision === 'approved' &&
      whoIs(other) === whoIs(approval),
  );

/** A person of the operator's file is one, whatever they answer with; an account of nobody known there is itself. */
const whoIs = ({ by, id = by, person, provider }: Approval): string =>
  person === undefined ? `${provider} ${id}` : `person ${person}`;

const SHORTEST = 12;

/** Whether `named`, a digest or its first twelve digits or more, means this evidence. */
export function namesEvidence(named: string, evidence: string): boolean {
  if (named === evidence) return true;
  const digits = named.replace(/^sha256:/, '');
  return digits.length >= SHORTEST && evidence.replace(/^sha256:/, '').startsWith(digits);
}
