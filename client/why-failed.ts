import { WorkflowFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { errorTypes, LonghaulError } from '../core/errors.ts';
import type { ErrorType } from '../core/errors.ts';

/** The error at the root of a closed workflow's failure, with its own type; null when it did not fail. */
export async function whyFailed(client: Client, id: string): Promise<LonghaulError | null> {
  try {
    await client.workflow.getHandle(id).result();
    return null;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const root = rootOf(error);
    const type = root instanceof ApplicationFailure && isErrorType(root.type) ? root.type : 'NotVerified';
    return new LonghaulError(type, root.message, { cause: error });
  }
}

function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

const isErrorType = (type: string | null | undefined): type is ErrorType =>
  typeof type === 'string' && Object.hasOwn(errorTypes, type);
