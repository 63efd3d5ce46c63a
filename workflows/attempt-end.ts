import { isCancellation } from '@temporalio/workflow';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { FailureDetail } from '../activities/failure.ts';
import { lostWorkerTypes } from '../core/errors.ts';
import type { FailureKind, StepOutcome } from '../core/step.ts';
import { failureReason } from './failure-reason.ts';

/** How an attempt of a step ended; `kind` is null when there is nothing to try again. */
export type AttemptEnd =
  | { readonly kind: null; readonly outcome: StepOutcome }
  | {
      readonly kind: FailureKind;
      readonly outcome: StepOutcome;
      readonly reason: string;
      /** No further attempt can mend it. */
      readonly final: boolean;
      readonly checkpoint: boolean;
    };

/** Of an attempt that told its outcome: what the diagnosis says, else the commands' own failure. */
export function endOfOutcome(outcome: StepOutcome): AttemptEnd {
  if (outcome.status !== 'failed' && outcome.status !== 'timedOut') return { kind: null, outcome };
  const kind = outcome.failure?.kind ?? (outcome.status === 'timedOut' ? 'timeout' : 'code');
  const newest = outcome.training?.ledger?.attempts.at(-1);
  return { kind, outcome, reason: outcome.reason, final: false, checkpoint: (newest?.checkpoint ?? 0) > 0 };
}

/**
 * Of an attempt that told nothing, or an error: its worker was lost or shut down (preemption), or something that the
 * commands are not to blame for went wrong (infrastructure).
 * @throws CancelledFailure when it was cancelled
 */
export function endOfError(error: unknown, seconds: number): AttemptEnd {
  if (isCancellation(error)) throw error;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const lost =
    (cause instanceof TimeoutFailure && cause.timeoutType === 'HEARTBEAT') ||
    (cause instanceof ApplicationFailure && lostWorkerTypes.includes(cause.type ?? ''));
  const known = knownCauseOf(cause);
  const reason = lost && cause instanceof TimeoutFailure ? silent : (known?.reason ?? failureReason(error));
  const outcome: StepOutcome = {
    status: 'failed',
    reason,
    ...{ lastLines: [], seconds, documents: [], notes: [] },
    ...(known === null ? {} : { failure: known.failure }),
  };
  const final = cause instanceof ApplicationFailure && cause.nonRetryable === true;
  return { kind: lost ? 'preemption' : 'infrastructure', outcome, reason, final, checkpoint: false };
}

function knownCauseOf(cause: unknown): FailureDetail | null {
  if (!(cause instanceof ApplicationFailure)) return null;
  const detail = cause.details?.[0] as Partial<FailureDetail> | null | undefined;
  return detail?.reason === undefined || detail.failure === undefined
    ? null
    : { reason: detail.reason, failure: detail.failure };
}

const silent = 'the worker was lost: it gave no sign of life for 20 seconds';
