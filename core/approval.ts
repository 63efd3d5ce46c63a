/** Whether a person's answer counts. */
import type { Approval } from './release.ts';

/** What is asked now: an answer to the evidence with this digest; null when nothing is. */
export interface ApprovalQuestion {
  readonly evidenceDigest: string | null;
  /** The answer that was taken already. */
  readonly decided: Pick<Approval, 'decision' | 'by'> | null;
}

/** `reason` is a sentence for the person who answered. */
export type ApprovalAnswer =
  { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

/**
 * The first answer counts, if it is about the evidence that the release rests on now. `named` is the digest that the
 * person names, or its first twelve digits or more; a person who names none answers about what is asked.
 */
export const decideApproval = (
  { evidenceDigest, decided }: ApprovalQuestion,
  named: string | undefined,
): ApprovalAnswer => {
  if (decided !== null) return refused(`${decided.by} has already ${decided.decision} it`);
  if (evidenceDigest === null) return refused('the release does not wait for an approval now');
  if (named !== undefined && !namesEvidence(named, evidenceDigest)) {
    return refused(
      `the answer is about evidence ${named}, but the release now rests on ${evidenceDigest}: ` +
        'look again with `longhaul release show`, then answer about what it shows',
    );
  }
  return { accepted: true };
};

const refused = (reason: string): ApprovalAnswer => ({ accepted: false, reason });

const SHORTEST = 12;

function namesEvidence(named: string, evidence: string): boolean {
  if (named === evidence) return true;
  const digits = named.replace(/^sha256:/, '');
  return digits.length >= SHORTEST && evidence.replace(/^sha256:/, '').startsWith(digits);
}
