import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
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
  | { readonly kind: 'unavailable'; readonly why: unknown };

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
    try {
      await client.withDeadline(Date.now() + withinMs, () => start(client, id, input));
      return { kind: 'started', id };
    } catch (why) {
      return why instanceof WorkflowExecutionAlreadyStartedError
        ? { kind: 'repeat', id }
        : { kind: 'unavailable', why };
    }
  };
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
