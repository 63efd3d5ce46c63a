import { setTimeout as delay } from 'node:timers/promises';
import { isGrpcServiceError, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { TriggerEvent } from '../../core/forge-event.ts';
import { taskQueues, triggerId } from '../../core/ids.ts';
import { summaryOf } from '../../core/summary.ts';
import type { TriggerInput } from '../../core/trigger.ts';
import { runAttributes } from '../search-attributes.ts';

/** What Temporal said of the start of a trigger. */
export type Start =
  | { readonly kind: 'started' | 'repeat'; readonly id: string }
  /** It did not acknowledge in time; it may have started it all the same, and then a repeat says so. */
  | { readonly kind: 'unavailable'; readonly why: string };

export type StartTrigger = (digest: string, input: TriggerInput) => Promise<Start>;

/** GitHub gives up after 10 s: what it is told by then counts. */
const acknowledgedWithinMs = 8_000;

/**
 * Starts triggers by the digest of what arrived (64 hex digits), so that the same bytes start one and no second, as long
 * as Temporal keeps the first. Never throws: whatever goes wrong is `unavailable`.
 */
export function createStartTrigger(client: Client, withinMs: number = acknowledgedWithinMs): StartTrigger {
  return async (digest, input) => {
    const id = triggerId(digest);
    const acknowledged = client
      .withDeadline(Date.now() + withinMs, () => start(client, id, input))
      .then(
        (): Start => ({ kind: 'started', id }),
        (error: unknown): Start =>
          error instanceof WorkflowExecutionAlreadyStartedError
            ? { kind: 'repeat', id }
            : { kind: 'unavailable', why: reasonOf(error) },
      );
    return within(withinMs, acknowledged);
  };
}

/** The connection keeps to its deadline in each of its tries, and may wait for the next one beyond it. */
async function within(ms: number, acknowledged: Promise<Start>): Promise<Start> {
  const answered = new AbortController();
  const late = delay(ms, { kind: 'unavailable', why: `no answer within ${ms / 1000} s` } as const, {
    signal: answered.signal,
  });
  late.catch(() => undefined);
  const first = await Promise.race([acknowledged, late]);
  answered.abort();
  return first;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.details : String(cause);
}

const start = (client: Client, workflowId: string, input: TriggerInput) =>
  client.workflow.start('trigger', {
    workflowId,
    taskQueue: taskQueues.orchestration,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    typedSearchAttributes: runAttributes({ project: input.event.project }),
    staticSummary: summaryOf(eventInWords(input.event)),
    ...(input.delivery === undefined ? {} : { memo: { delivery: input.delivery } }),
  });

/** `push to main of owner/repo by ann`. */
function eventInWords(event: TriggerEvent): string {
  const { project } = event;
  switch (event.kind) {
    case 'push':
      return `push to ${event.branch} of ${project} by ${event.by}: ${event.commit.slice(0, 12)}`;
    case 'pullRequest':
      return `pull request ${project}#${event.number} ${event.action} by ${event.by}`;
    case 'command':
      return `/longhaul ${event.word ?? '?'} on ${project}#${event.pullRequest} by ${event.by}`;
    case 'rerun':
      return `checks of ${project} at ${event.commit.slice(0, 12)} again, by ${event.by}`;
    case 'data':
      return `data of ${project} changed, says ${event.by}`;
    case 'schedule':
      return `schedule ${event.schedule} of ${project}`;
  }
}
