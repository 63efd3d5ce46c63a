import type { Diagnosis } from './step.ts';

/**
 * Every error type that crosses an activity's edge, and whether a retry can mend it. Decided once, here.
 * A user's failing test is an outcome, not an error; an unreachable API is an error that is retried.
 */
export const errorTypes = {
  /** longhaul.yaml, an overlay or the operator's file is wrong. */
  InvalidConfig: { nonRetryable: true },
  /** The repository or the commit does not exist, or is not served by this operator. */
  UnknownCommit: { nonRetryable: true },
  /** A project asks for an environment, secret or repository that the operator's file does not grant. */
  NotPermitted: { nonRetryable: true },
  /** A secret that a step names has no value here. */
  MissingSecret: { nonRetryable: true },
  /** A required program or Python environment cannot be made: the requirement itself is wrong. */
  BrokenEnvironment: { nonRetryable: true },
  /** Data could neither be pulled nor found whole in the cache. */
  DataUnavailable: { nonRetryable: true },
  /** Something was changed by somebody else since it was last read. */
  Conflict: { nonRetryable: true },
  /** The thing asked for does not exist and never will by waiting (a model version, an artifact). */
  NotFound: { nonRetryable: true },
  /** A server answered that the request itself is wrong. */
  Rejected: { nonRetryable: true },
  /** A server cannot be reached, or answered with a passing fault. */
  Unreachable: { nonRetryable: false },
  /** A replica never got ready: told by its cause. */
  NotReady: { nonRetryable: true },
  /** An effect was made but could not be read back as made. */
  NotVerified: { nonRetryable: false },
  /** The worker that ran it is gone; its successor on the same machine tells. */
  WorkerLost: { nonRetryable: false },
} as const satisfies Record<string, { readonly nonRetryable: boolean }>;

export type ErrorType = keyof typeof errorTypes;

/** Types of failures that say that a worker was lost; the second is what Temporal calls one that shuts down. */
export const lostWorkerTypes: readonly string[] = ['WorkerLost' satisfies ErrorType, 'WorkerShutdown'];

/**
 * An error with a stable type, told in three parts: what happened, where, and how to mend it.
 * Activities turn it into an `ApplicationFailure` whose `nonRetryable` comes from {@link errorTypes}.
 */
export class LonghaulError extends Error {
  override readonly name = 'LonghaulError';
  readonly type: ErrorType;
  /** The message without how to mend it. */
  readonly said: string;
  readonly mend: string | undefined;
  /** What is known of its cause, where a tool's words were recognized. */
  readonly diagnosis: Diagnosis | undefined;
  /** How long the other side asks us to wait before we come again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    type: ErrorType,
    message: string,
    options: {
      readonly mend?: string;
      readonly cause?: unknown;
      readonly diagnosis?: Diagnosis;
      readonly retryAfterMs?: number;
    } = {},
  ) {
    const between = message.includes('\n') ? '\n' : ' ';
    super(options.mend === undefined ? message : message + between + options.mend, { cause: options.cause });
    this.type = type;
    this.said = message;
    this.mend = options.mend;
    this.diagnosis = options.diagnosis;
    this.retryAfterMs = options.retryAfterMs;
  }
}
