/** A lane at a glance, as Markdown for the Temporal UI. Times are UTC. */
import { freezeInWords, inTurn, waitOf } from '../lane.ts';
import type { LaneView } from '../lane.ts';
import { formatTime } from '../time.ts';
import { escapeMarkdown } from './markdown.ts';

/** Tickets that are shown; a longer queue says how many there are. */
const shown = 20;

export function laneDetails(view: LaneView, at: string): string {
  const { holder, waiting, freezes } = view;
  const now = freezes.filter(({ from, until }) => from <= at && (until === undefined || at < until));
  const queue = inTurn(waiting).slice(0, shown);
  const more = waiting.length - queue.length;
  return [
    ...now.map((freeze) => `**${escapeMarkdown(freezeInWords(freeze))}**`),
    holder === null
      ? 'Free.'
      : `**Held** by ${escapeMarkdown(holder.holder)} since ${formatTime(holder.grantedAt ?? holder.since)}.`,
    ...queue.map((ticket, place) => {
      const urgency = ticket.urgency === undefined ? '' : ` (${ticket.urgency})`;
      return `${place + 1}. ${escapeMarkdown(ticket.holder)}${urgency} waits since ${formatTime(ticket.since)}: ${escapeMarkdown(waitOf(view, ticket, at).why)}`;
    }),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n\n');
}
