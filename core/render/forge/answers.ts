/** What the comment on a pull request says where no run does: to strangers, and to commands that were refused. */
import { escapeText, inlineCode } from './text.ts';
import { standingChecklist } from './checklist.ts';
import { fitBlocks } from './layout.ts';

const begin = '<!-- longhaul:answers -->';
const end = '<!-- longhaul:answers:end -->';

/** The newest answers are kept; older ones have been read. */
const mostAnswers = 5;

/** A command in a comment, and why nothing came of it. */
export interface Refusal {
  /** Id of the comment that it stands in: an answer to the same comment takes the place of the one before. */
  readonly comment: number;
  /** ISO time. */
  readonly at: string;
  readonly by: string;
  /** As it was written: `/longhaul release`. */
  readonly command: string;
  readonly reason: string;
}

/** The standing comment with one more answer, or a comment of its own where none stands. */
export function commentWithRefusal(refusal: Refusal, standing: string | null): string {
  const { comment, at, by, command, reason } = refusal;
  const line = `- ${inlineCode(command, 120)} of ${inlineCode(by, 60)} at ${escapeText(at.slice(0, 16).replace('T', ' '), 20)} UTC: ${escapeText(reason, 600)} <!-- longhaul:answer:${Math.trunc(comment)} -->`;
  const others = linesIn(standing).filter(
    (each) => !each.endsWith(`<!-- longhaul:answer:${Math.trunc(comment)} -->`),
  );
  const answers = sectionOf([...others, line].slice(-mostAnswers));
  return fitBlocks([{ must: withoutAnswers(standing) }, { must: answers }]);
}

/** The answers that stand, as they are; empty where there are none. */
export const answersSection = (standing: string | null): string =>
  sectionOf(linesIn(standing).slice(-mostAnswers));

/** Instead of a run's comment: nothing runs for a stranger until somebody vouches for this very commit. */
export function waitingComment(
  { commit, author }: { readonly commit: string; readonly author: string },
  standing: string | null,
): string {
  const code = inlineCode(commit.slice(0, 12));
  return fitBlocks([
    `## ⏸ CI of ${code} waits for a maintainer`,
    `${inlineCode(author, 60)} has not contributed here before, so nothing of this pull request has run. Whoever may write to this repository can read the changes and comment \`/longhaul ok-to-test ${commit.slice(0, 40)}\`: CI then runs for commit ${code}, without any secret, and no later commit runs unless that is said again.`,
    { must: standingChecklist(standing) },
    { must: answersSection(standing) },
  ]);
}

const sectionOf = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : [begin, '### Commands that were not obeyed', lines.join('\n'), end].join('\n\n');

const answerLine = /^- .* <!-- longhaul:answer:\d+ -->$/;

function linesIn(standing: string | null): readonly string[] {
  const from = standing?.indexOf(begin) ?? -1;
  const to = standing?.indexOf(end, from) ?? -1;
  if (standing === null || from === -1 || to === -1) return [];
  return standing
    .slice(from, to)
    .split(/\r?\n/)
    .filter((line) => answerLine.test(line));
}

function withoutAnswers(standing: string | null): string {
  const from = standing?.indexOf(begin) ?? -1;
  const to = standing?.indexOf(end, from) ?? -1;
  if (standing === null) return '';
  return from === -1 || to === -1
    ? standing.trim()
    : `${standing.slice(0, from)}${standing.slice(to + end.length)}`.trim();
}
