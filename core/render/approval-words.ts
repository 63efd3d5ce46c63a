/** The words for what people have answered, and for what is still asked of them. */
import type { ApprovalQuestion } from '../approval-policy.ts';
import { counts, saidBy } from '../approval.ts';
import type { Approval } from '../release.ts';
import { formatClock, formatTime } from '../time.ts';

/** `approved by ann on GitHub (managers): “looks good”`, and why it does not count where it does not. */
export const answerSaid = (approval: Approval): string => {
  const { comment, decision, fell, ignored, person, roles = [] } = approval;
  const known = [...(person === undefined || person === approval.by ? [] : [person]), ...roles];
  const who = known.length === 0 ? saidBy(approval) : `${saidBy(approval)} (${known.join(', ')})`;
  const words = comment === '' ? '' : `: “${comment}”`;
  const said = `${decision} by ${who}${words}`;
  if (ignored !== undefined) return `${said}; does not count: ${ignored}`;
  return fell === undefined ? said : `${said}; fell at ${formatClock(fell.at)}: ${fell.reason}`;
};

/** Whether an answer counts, for a mark before it. */
export const answerStands = (approval: Approval): 'yes' | 'no' | 'ignored' => {
  if (!counts(approval)) return 'ignored';
  return approval.decision === 'approved' ? 'yes' : 'no';
};

/** `needs 1 more of 2 approvals by managers (given: …), until 2026-11-30 12:00:00`; null when nothing is asked now. */
export const stillAsked = (asked: ApprovalQuestion | undefined): string | null =>
  asked?.missing === undefined || asked.missing === null
    ? null
    : `needs ${asked.missing}, until ${formatTime(asked.expiresAt)}`;
