import { answerSaid, answerStands, stillAsked } from '../../../core/render/approval-words.ts';
import type { ReleaseRecord } from '../../../core/release.ts';
import { formatTime } from '../../../core/time.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';

/** What people have answered, which of it counts and why the rest does not, and what is still asked of them. */
export function approvalLines(
  { approvals, asked, outcome, reminders = [] }: ReleaseRecord,
  style: Style,
): readonly string[] {
  const mark = {
    yes: style.good(marks.good),
    no: style.bad(marks.bad),
    ignored: style.quiet(marks.skipped),
  } as const;
  const open = outcome === undefined ? stillAsked(asked) : null;
  return [
    ...approvals.map(
      (approval) => `${mark[answerStands(approval)]} ${formatTime(approval.at)} ${answerSaid(approval)}`,
    ),
    ...reminders.map(
      ({ at, kind, to }) =>
        `${style.quiet(marks.waiting)} ${formatTime(at)} ${kind}${to.length === 0 ? '' : ` to ${to.join(', ')}`}`,
    ),
    ...(open === null ? [] : [`${style.wait(marks.waiting)} ${open}`]),
  ];
}
