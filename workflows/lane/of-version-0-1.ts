import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LaneTicket } from '../../core/lane.ts';
import { lanes } from '../activities.ts';
import type { LaneInput } from '../inputs.ts';
import type { lane } from '../lane.ts';
import { laneGranted, laneStatus, laneWish } from '../lane-messages.ts';
import type { LaneWish } from '../lane-messages.ts';

const minuteMs = 60_000;

/** How long an empty lane stays, so that a burst of releases meets one run. */
const closeWhenEmptyAfter = '10m';

/**
 * A lane that began under version 0.1 or 0.2: first come first served, and nothing more. Once its history has been
 * replayed it goes on as new, and so as a lane of today.
 */
export async function laneOfVersion01(input: LaneInput): Promise<void> {
  const queue: LaneTicket[] = [...(input.queue ?? [])];
  let told: LaneTicket | undefined = queue[0];
  const placeOf = (wish: LaneWish): number =>
    queue.findIndex(({ holder, runId }) => holder === wish.holder && runId === wish.runId);

  setHandler(laneWish, (wish) => {
    const place = placeOf(wish);
    if (wish.wish === 'leave') {
      if (place >= 0) queue.splice(place, 1);
    } else if (place < 0) {
      const { wish: _, ...request } = wish;
      queue.push({ ...request, since: wish.since ?? new Date().toISOString() });
    } else if (place === 0) {
      told = undefined; // It asks again, so it does not know.
    }
  });
  setHandler(laneStatus, () => ({
    lane: input.lane,
    holder: queue[0] ?? null,
    waiting: queue.slice(1),
    freezes: [],
  }));

  for (;;) {
    const head = queue[0];
    setCurrentDetails(detailsOf(queue));
    if (head === undefined) {
      if (!(await condition(() => queue.length > 0, closeWhenEmptyAfter))) return;
      continue;
    }
    if (head !== told) {
      told = head;
      if (!(await grant(input, head))) drop(queue, head);
      continue;
    }
    // Only here: the next run takes it for granted that its head was told.
    if (workflowInfo().continueAsNewSuggested || patched('go on as a lane of today')) {
      await continueAsNew<typeof lane>({ ...input, queue });
    }
    const settled = (): boolean => queue[0] === head && told === head;
    if (queue.length === 1) {
      await condition(() => !settled() || queue.length > 1);
    } else if (!(await condition(() => !settled(), input.checkHolderEveryMs ?? minuteMs))) {
      if (await isGone(head)) drop(queue, head);
    }
  }
}

/** False when the holder cannot be told, because it is gone. */
async function grant(input: LaneInput, ticket: LaneTicket): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(ticket.holder, ticket.runId).signal(laneGranted, input.lane);
    return true;
  } catch {
    return false;
  }
}

/** That nobody can tell is no proof: the lane stays with its holder, and is asked for again. */
async function isGone({ holder, runId }: LaneTicket): Promise<boolean> {
  try {
    return !(await lanes('does its holder live').isOpen({ workflowId: holder, runId }));
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

function drop(queue: LaneTicket[], ticket: LaneTicket): void {
  const place = queue.indexOf(ticket);
  if (place >= 0) queue.splice(place, 1);
}

const detailsOf = (queue: readonly LaneTicket[]): string =>
  queue.length === 0
    ? 'Free.'
    : queue
        .map(
          ({ holder, since }, place) =>
            `${place + 1}. ${holder} (${place === 0 ? 'holds it' : 'waits'} since ${since})`,
        )
        .join('\n');
