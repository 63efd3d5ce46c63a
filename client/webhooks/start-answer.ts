import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { answerId, taskQueues } from '../../core/ids.ts';
import { summaryOf } from '../../core/summary.ts';
import type { AnswerInput } from '../../workflows/inputs.ts';

/** What Temporal said of a start. `failed`: it has not acknowledged one, and may have made it all the same. */
export type AnswerStart = 'started' | 'repeat' | 'failed';

export type StartAnswer = (digest: string, input: AnswerInput) => Promise<AnswerStart>;

/**
 * Starts what takes a press to its release, by the digest of what arrived (64 hex digits), so that the same bytes start
 * it once. Never throws. @param triedForMs how long it is tried; whoever has pressed does not wait longer either
 */
export const createStartAnswer =
  (client: Client, triedForMs = 10_000): StartAnswer =>
  async (digest, input) => {
    try {
      await client.withDeadline(Date.now() + triedForMs, () => start(client, digest, input));
      return 'started';
    } catch (error) {
      return error instanceof WorkflowExecutionAlreadyStartedError ? 'repeat' : 'failed';
    }
  };

const start = (client: Client, digest: string, input: AnswerInput) =>
  client.workflow.start('answer', {
    workflowId: answerId(digest),
    taskQueue: taskQueues.orchestration,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: summaryOf(`${input.word} by ${input.message.by} in Slack: ${input.release}`),
  });
