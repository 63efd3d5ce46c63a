import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { answerId, taskQueues } from '../../core/ids.ts';
import { summaryOf } from '../../core/summary.ts';
import type { AnswerInput } from '../../workflows/inputs.ts';

/** What Temporal said of the start; `late` says nothing: it may still start it. */
export type AnswerStart = 'started' | 'repeat' | 'late' | 'failed';

export type StartAnswer = (digest: string, input: AnswerInput, withinMs: number) => Promise<AnswerStart>;

/** Someone who has pressed waits no longer than this for something to come of it. */
const triedForMs = 60_000;

/**
 * Starts what takes a press to its release, by the digest of what arrived, so that the same bytes start it once. After
 * `withinMs` the answer is `late`, and the start goes on being tried for a minute. Never throws.
 */
export const createStartAnswer =
  (client: Client): StartAnswer =>
  async (digest, input, withinMs) => {
    const given = new AbortController();
    const late = delay(withinMs, 'late' as const, { signal: given.signal });
    late.catch(() => undefined);
    const acknowledged = client
      .withDeadline(Date.now() + triedForMs, () => start(client, digest, input))
      .then(
        () => 'started' as const,
        (error: unknown) =>
          error instanceof WorkflowExecutionAlreadyStartedError ? ('repeat' as const) : ('failed' as const),
      );
    const first = await Promise.race([acknowledged, late]);
    given.abort();
    return first;
  };

const start = (client: Client, digest: string, input: AnswerInput) =>
  client.workflow.start('answer', {
    workflowId: answerId(digest),
    taskQueue: taskQueues.orchestration,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: summaryOf(`${input.word} by ${input.message.by} in Slack: ${input.release}`),
  });
