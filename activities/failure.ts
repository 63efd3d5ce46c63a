import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { ApplicationFailure } from '@temporalio/common';
import { errorTypes, LonghaulError } from '../core/errors.ts';

/**
 * What an activity's error becomes in a history. Ours keep their type, and {@link errorTypes} says whether a
 * retry can mend them; Temporal's own (a cancellation above all) pass; anything else is a fault of the program
 * or the machine, and is retried.
 */
export function toActivityFailure(error: unknown): unknown {
  if (!(error instanceof LonghaulError)) return error;
  return ApplicationFailure.create({
    type: error.type,
    message: error.message,
    nonRetryable: errorTypes[error.type].nonRetryable,
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
}

/** Wraps every activity of a worker, so that no activity has to know of Temporal's failures. */
export class FailureInterceptor implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await next(input);
    } catch (error) {
      throw toActivityFailure(error);
    }
  }
}
