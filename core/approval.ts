/** Whether a person's answer counts. */
import type { Approval } from './release.ts';

export type ApprovalDecision =
  | { readonly accepted: true; readonly approval: Approval }
  /** `reason` is a sentence for the person who sent it. */
  | { readonly accepted: false; readonly reason: string };

/** What is being asked: nothing (`null`), or an answer to the evidence with this digest. */
export interface ApprovalQuestion {
  readonly evidenceDigest: string | null;
  /** The answer that was taken already. */
  readonly decided: Approval | null;
}

/**
 * Takes the first well-formed answer that rests on the evidence that is asked about. An answer may name the
 * evidence by the beginning of its digest, twelve digits or more.
 */
export const decideApproval = (question: ApprovalQuestion, approval: Approval): ApprovalDecision => {
  const { evidenceDigest, decided } = question;
  if (decided !== null) {
    return refused(`This was already ${decided.decision} by ${decided.by} at ${decided.at}.`);
  }
  if (evidenceDigest === null) {
    return refused(
      'The release does not wait for an approval now; `longhaul release show` tells what it waits for.',
    );
  }
  if (!namesEvidence(approval.evidenceDigest, evidenceDigest)) {
    return refused(
      `The answer is about evidence ${approval.evidenceDigest}, but the release now rests on ${evidenceDigest}. ` +
        'Look at it again with `longhaul release show`, and answer about what it shows.',
    );
  }
  return { accepted: true, approval: { ...approval, evidenceDigest } };
};

const refused = (reason: string): ApprovalDecision => ({ accepted: false, reason });

const SHORTEST_PREFIX = 12;

function namesEvidence(named: string, evidence: string): boolean {
  if (named === evidence) return true;
  const hex = (digest: string): string => digest.replace(/^sha256:/, '');
  return hex(named).length >= SHORTEST_PREFIX && hex(evidence).startsWith(hex(named));
}
