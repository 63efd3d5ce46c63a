import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionDescription, WorkflowExecutionStatusName } from '@temporalio/client';

/** How Temporal knows a workflow now; `UNKNOWN` when it does not (any more). */
export type WorkflowStatus = WorkflowExecutionStatusName;

/** Null when Temporal does not know the workflow, or its history has expired. */
export async function describeNow(client: Client, id: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(id).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

export async function statusNow(client: Client, id: string): Promise<WorkflowStatus> {
  return (await describeNow(client, id))?.status.name ?? 'UNKNOWN';
}
