/** Holds what a lane did, by its recorded history, against the rules: written apart from core/lane.ts. */
import { defaultPayloadConverter } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { LaneInput } from '../../../workflows/inputs.ts';
import type { LaneWish } from '../../../workflows/lane-messages.ts';

type Events = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>;
type Payloads = {
  readonly payloads?: readonly Parameters<typeof defaultPayloadConverter.fromPayload>[0][] | null;
};

interface Waiter {
  readonly runId: string;
  readonly rank: number;
  readonly since: number;
}

export interface Judged {
  readonly events: number;
  readonly grants: number;
  /** A sentence for each grant that was not of the first in turn. */
  readonly outOfTurn: readonly string[];
}

const ranks: readonly unknown[] = ['undo', 'hotfix', undefined];
const waiterOf = ({
  runId,
  since = '',
  urgency,
}: LaneWish | NonNullable<LaneInput['queue']>[number]): Waiter => ({
  runId,
  rank: ranks.indexOf(urgency),
  since: Date.parse(since),
});

/** One run of a lane: each grant went to the first in turn of those that it had heard of by then. */
export function judgeTurns(events: Events): Judged {
  const first = events[0]?.workflowExecutionStartedEventAttributes;
  const input = decode(first?.input) as LaneInput;
  const waiting = new Map((input.queue ?? []).map((ticket) => [ticket.runId, waiterOf(ticket)]));
  const told = new Map<string, string>();
  const outOfTurn: string[] = [];
  let grants = 0;
  let heard = 0;
  /** Until the task began that a command came of. */
  const hearUntil = (eventId: number): void => {
    for (; Number(events[heard]?.eventId ?? Infinity) < eventId; heard += 1) hear(events[heard]);
  };
  const hear = (event: Events[number] | undefined): void => {
    const signal = event?.workflowExecutionSignaledEventAttributes;
    if (signal?.signalName === 'wish') {
      const wish = decode(signal.input) as LaneWish;
      if (wish.wish === 'leave') waiting.delete(wish.runId);
      else waiting.set(wish.runId, waiterOf(wish));
    }
    const lost = event?.signalExternalWorkflowExecutionFailedEventAttributes;
    if (lost) waiting.delete(told.get(String(lost.initiatedEventId)) ?? '');
  };
  for (const event of events) {
    const said = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
    if (!said) continue;
    const task = events.find(({ eventId }) => String(eventId) === String(said.workflowTaskCompletedEventId));
    hearUntil(Number(task?.workflowTaskCompletedEventAttributes?.startedEventId));
    const runId = said.workflowExecution?.runId ?? '';
    told.set(String(event.eventId), runId);
    if (said.signalName !== 'laneGranted') continue;
    grants += 1;
    const own = waiting.get(runId);
    const before = [...waiting.values()].filter(
      (other) =>
        own === undefined || other.rank < own.rank || (other.rank === own.rank && other.since < own.since),
    );
    if (own === undefined || before.length > 0) {
      outOfTurn.push(
        `event ${String(event.eventId)}: ${runId} before ${before.map((one) => one.runId).join(', ')}`,
      );
    }
    waiting.delete(runId);
  }
  return { events: events.length, grants, outOfTurn };
}

const decode = (input: Payloads | null | undefined): unknown => {
  const [payload] = input?.payloads ?? [];
  if (payload === undefined) throw new Error('There is no payload.');
  return defaultPayloadConverter.fromPayload<unknown>(payload);
};
