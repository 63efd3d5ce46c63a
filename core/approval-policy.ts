/** What an approval needs, what is asked, and how that stands. */

/** What is absent is as in version 0.1: one answer, by anyone. */
export interface ApprovalPolicy {
  readonly required: boolean;
  readonly expiresMs: number;
  /** How many people must say yes. Absent: one. */
  readonly quorum?: number;
  /** Roles of the operator's file, of the environment; whoever has one of them may answer. Absent: anyone. */
  readonly roles?: readonly string[];
  /** The yes of whoever wrote what is released does not count. */
  readonly notTheAuthor?: true;
  /** A no without a reason does not count. */
  readonly rejectNeedsReason?: true;
  /** From the question on, while it is open. */
  readonly remindAfterMs?: number;
  readonly escalateAfterMs?: number;
  /** Roles and people that are told at the escalation. */
  readonly escalateTo?: readonly string[];
}

/** What people are asked: an answer to the evidence with this digest. Times are ISO. */
export interface ApprovalQuestion {
  readonly evidenceDigest: string;
  readonly policy: ApprovalPolicy;
  readonly environment: string;
  readonly askedAt: string;
  /** What arrives later is refused. */
  readonly expiresAt: string;
  /** What it still takes, in words; null once it is decided or has expired. */
  readonly missing: string | null;
}

/** Somebody should be told that an answer is still missing. */
export interface Reminder {
  readonly kind: 'reminder' | 'escalation';
  /** ISO time. */
  readonly at: string;
  readonly evidenceDigest: string;
  /** Roles of the environment and people of the operator's file; empty: whoever hears of the release. */
  readonly to: readonly string[];
  readonly missing: string;
}

/** Whether an answer must be vouched for by a provider, so that people can be told apart. */
export const needsVerified = ({ quorum = 1, roles, notTheAuthor }: ApprovalPolicy): boolean =>
  quorum > 1 || roles !== undefined || notTheAuthor === true;

/** `2 approvals by release-managers or qa, none by the author`: what it takes, where nothing was given yet. */
export const policyInWords = ({ quorum = 1, roles, notTheAuthor }: ApprovalPolicy): string => {
  if (quorum === 1 && roles === undefined && notTheAuthor !== true) return 'a person’s approval';
  const many = quorum === 1 ? 'an approval' : `${quorum} approvals`;
  const by = roles === undefined ? '' : ` by ${roles.join(' or ')}`;
  const author = notTheAuthor !== true ? '' : quorum === 1 ? ', not by the author' : ', none by the author';
  return many + by + author;
};
