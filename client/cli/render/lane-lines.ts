import { freezeInWords, inTurn, waitOf } from '../../../core/lane.ts';
import type { Freeze, LaneTicket, LaneWait } from '../../../core/lane.ts';
import { formatTime } from '../../../core/time.ts';
import type { LaneStatus } from '../../../workflows/lane-messages.ts';
import type { Page } from './page.ts';
import { tableLines } from './table-lines.ts';
import { wrap } from './text.ts';

/** A lane with those who wait in their order, each with its reason. */
export interface LaneReport {
  readonly lane: LaneStatus['lane'];
  readonly holder: LaneTicket | null;
  readonly waiting: readonly (LaneTicket & { readonly wait: LaneWait })[];
  /** Those that hold now, and those that come next. */
  readonly frozen: readonly Freeze[];
  readonly coming: readonly Freeze[];
}

export function reportOf(status: LaneStatus, now: Date): LaneReport {
  const at = now.toISOString();
  const open = status.freezes.filter(({ until }) => until === undefined || Date.parse(until) > now.getTime());
  const begun = ({ from }: Freeze): boolean => Date.parse(from) <= now.getTime();
  return {
    ...{ lane: status.lane, holder: status.holder },
    waiting: inTurn(status.waiting).map((ticket) => ({ ...ticket, wait: waitOf(status, ticket, at) })),
    frozen: open.filter(begun),
    coming: open.filter((freeze) => !begun(freeze)),
  };
}

/** A row for who holds a lane and for each who waits; then the freezes. Times are UTC. */
export function laneLines(reports: readonly LaneReport[], { columns, style }: Page): readonly string[] {
  const freezes = reports.flatMap(({ lane, frozen, coming }) => [
    ...frozen.map((freeze) => `${style.wait('!')} ${lane.environment} is ${freezeInWords(freeze)}`),
    ...coming
      .slice(0, 1)
      .map((freeze) => `  ${lane.environment} from ${formatTime(freeze.from)}: ${freezeInWords(freeze)}`),
  ]);
  return [
    ...tableLines([['LANE', 'PLACE', 'WHO', 'SINCE', 'WHY'], ...reports.flatMap(rowsOf)], columns),
    ...(freezes.length === 0 ? [] : ['', ...freezes.flatMap((text) => wrap(text, columns))]),
  ];
}

function rowsOf({ lane, holder, waiting }: LaneReport): readonly (readonly string[])[] {
  const name = lane.environment;
  if (holder === null && waiting.length === 0) return [[name, 'free', '-', '-', '']];
  const held =
    holder === null
      ? []
      : [[name, 'holds it', holder.holder, formatTime(holder.grantedAt ?? holder.since), urgencyOf(holder)]];
  return [
    ...held,
    ...waiting.map((ticket, place) => [
      ...[name, `waits, ${place + 1}.`, ticket.holder, formatTime(ticket.since)],
      [urgencyOf(ticket), ticket.wait.why].filter((words) => words !== '').join(': '),
    ]),
  ];
}

const urgencyOf = ({ urgency }: LaneTicket): string => urgency ?? '';
