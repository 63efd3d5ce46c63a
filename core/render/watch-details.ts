/** The newest look of a watch, as Markdown for the Temporal UI. */
import { formatPercent } from '../numbers.ts';
import { formatTime } from '../time.ts';
import type { Counts, Look } from '../watch.ts';
import { escapeMarkdown, markdownTable, shorten } from './markdown.ts';

const REASON_SHOWN = 600;

/** What was seen of both arms since the watch began, and what was concluded. Times are UTC. */
export function watchDetails(
  phase: string,
  { number, at, action, verdict, candidate, champion }: Look,
): string {
  return [
    `**${escapeMarkdown(phase)}: look ${number}, ${action}** at ${formatTime(at)}`,
    escapeMarkdown(shorten(verdict.reason, REASON_SHOWN)),
    markdownTable(
      ['arm', 'requests', 'errors', 'slow'],
      [armRow('candidate', candidate), armRow('champion', champion)],
    ),
  ].join('\n\n');
}

const armRow = (name: string, { total, errors, slow }: Counts): readonly string[] => [
  name,
  String(total),
  shareOf(errors, total),
  shareOf(slow, total),
];

const shareOf = (bad: number, total: number): string =>
  total === 0 ? '–' : `${bad} (${formatPercent(bad / total)})`;
