import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { StepProgress } from '../core/step.ts';
import { describeNow } from './workflow-status.ts';

/** An activity that runs, or waits for a worker or its next attempt. */
export interface PendingWork {
  readonly activity: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** False while no worker has taken it. */
  readonly running: boolean;
  readonly worker: string | undefined;
  readonly lastFailure: string | undefined;
  /** What a step last told of itself; absent for other activities. */
  readonly progress: StepProgress | undefined;
  /** The line that another activity last told: `0 of 1 replicas ready`. */
  readonly told: string | undefined;
}

/** From Temporal's own description of the workflow: no worker has to answer. Empty when it is closed or unknown. */
export async function pendingWork(client: Client, id: string): Promise<readonly PendingWork[]> {
  const description = await describeNow(client, id);
  return description === null ? [] : pendingWorkOf(description);
}

export function pendingWorkOf(description: WorkflowExecutionDescription): readonly PendingWork[] {
  return (description.raw.pendingActivities ?? []).map((pending) => {
    const details = detailsOf(pending.heartbeatDetails?.payloads?.[0]);
    const progress = isStepProgress(details) ? details : undefined;
    return {
      activity: pending.activityType?.name ?? 'unknown',
      attempt: progress?.attempt ?? pending.attempt ?? 1,
      running: Number(pending.state) === STARTED,
      worker: pending.lastWorkerIdentity ?? undefined,
      lastFailure: pending.lastFailure?.message ?? undefined,
      progress,
      told: typeof details === 'string' && details !== '' ? details : undefined,
    };
  });
}

const STARTED = 2;

type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

const detailsOf = (payload: Payload | null | undefined): unknown =>
  payload === null || payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);

const isStepProgress = (details: unknown): details is StepProgress =>
  typeof details === 'object' && details !== null && 'step' in details && 'elapsedSeconds' in details;
