import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/common';

/** The sentence for people at the bottom of a failure's chain of causes. */
export function failureReason(error: unknown): string {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure)
    return failureReason(error.cause);
  if (error instanceof TimeoutFailure) {
    return `no answer in time (${error.timeoutType}): the worker was lost or the work took too long`;
  }
  if (error instanceof ApplicationFailure) return error.message;
  return error instanceof Error ? error.message : String(error);
}
