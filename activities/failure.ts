import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { errorTypes, LonghaulError } from '../core/errors.ts';
import { diagnoseOutput } from '../core/failures/output.ts';
import type { Diagnosis } from '../core/step.ts';

/** The one detail of an activity's failure whose cause is known: the outcome of a step is made from it. */
export interface FailureDetail {
  /** The message without how to mend it. */
  readonly reason: string;
  readonly failure: Diagnosis;
}

/**
 * What an activity's error becomes in a history. Ours keep their type, and {@link errorTypes} says whether a
 * retry can mend them; Temporal's own (a cancellation above all) pass; anything else is a fault of the program
 * or the machine, and is retried. A cause that is known, such as a full disk, goes along; a wait that the other
 * side asks for is waited by Temporal, so that no activity sleeps.
 */
export function toActivityFailure(error: unknown): unknown {
  if (error instanceof LonghaulError) {
    const failure = error.diagnosis ?? diagnoseOutput(error.message);
    return ApplicationFailure.create({
      type: error.type,
      message: error.message,
      nonRetryable: errorTypes[error.type].nonRetryable,
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
      ...(error.cause instanceof Error ? { cause: error.cause } : {}),
      ...(failure === null ? {} : { details: [{ reason: error.said, failure } satisfies FailureDetail] }),
    });
  }
  if (!(error instanceof Error) || error instanceof TemporalFailure) return error;
  const failure = diagnoseOutput(error.message);
  if (failure === null) return error;
  const { name, message } = error;
  const details: readonly FailureDetail[] = [{ reason: message, failure }];
  return ApplicationFailure.create({ type: name, message, cause: error, details: [...details] });
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
