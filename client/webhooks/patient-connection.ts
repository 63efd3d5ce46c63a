import { setTimeout as delay } from 'node:timers/promises';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { TemporalSettings } from '../connection.ts';

/** A connection that needs nobody to answer yet. */
export interface PatientConnection {
  readonly connection: Connection;
  /** What is under way is not tried again any more. */
  readonly giveUp: () => void;
  /** Call after {@link giveUp}. */
  readonly close: () => Promise<void>;
}

const longestPauseMs = 500;

/**
 * Each request is tried again and again up to its deadline, and a Temporal that comes back is found again within a second.
 * The SDK's retries outlive the connection: one that wakes up after it was closed would end the process.
 */
export function openPatiently({ options }: TemporalSettings): PatientConnection {
  let givenUp = false;
  const { delayFunction, retryableDecider } = defaultGrpcRetryOptions({
    maxAttempts: 1_000,
    initialIntervalMs: () => 100,
    maxIntervalMs: () => longestPauseMs,
  });
  const connection = Connection.lazy({
    ...options,
    interceptors: [
      makeGrpcRetryInterceptor({
        delayFunction,
        retryableDecider: (attempt, status) => !givenUp && retryableDecider(attempt, status),
      }),
    ],
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 1_000 },
  });
  return {
    connection,
    giveUp: () => {
      givenUp = true;
    },
    close: async () => {
      await delay(longestPauseMs * 1.5);
      await connection.close();
    },
  };
}

/** Whether the namespace is there and answers within two seconds. */
export async function answers(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return true;
  } catch {
    return false;
  }
}
