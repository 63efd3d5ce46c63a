/**
 * How every activity call is timed and retried. A call picks a profile by name and adds nothing; what a retry
 * cannot mend is decided in core/errors.ts, where the error is made.
 */
import { ActivityCancellationType } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import { taskQueues } from '../core/ids.ts';
import type { StepSpec } from '../core/step.ts';

const backoff = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** A server that answers in a moment, and may be away for a while: an hour of retries. */
const patient = { startToCloseTimeout: '30s', scheduleToCloseTimeout: '1h', retry: backoff } as const;

/** Undoing never gives up by itself within a day: a half-undone release is worse than a late one. */
const stubborn = {
  startToCloseTimeout: '10m',
  heartbeatTimeout: '20s',
  scheduleToCloseTimeout: '24h',
  retry: backoff,
} as const;

export const profiles = {
  /** Records and lanes, beside the workflows. */
  records: { ...patient, taskQueue: taskQueues.orchestration },
  /** Fetching a commit and reading the file at it. */
  git: { ...patient, startToCloseTimeout: '5m', taskQueue: taskQueues.steps },
  /** MLflow's answers. */
  registry: { ...patient, taskQueue: taskQueues.deploy },
  /** Setting and reading what a lane serves. */
  rollout: { ...patient, startToCloseTimeout: '2m', taskQueue: taskQueues.deploy },
  /** Preparing an arm (code, environment, model files) and waiting for replicas. */
  deploy: {
    startToCloseTimeout: '20m',
    heartbeatTimeout: '20s',
    scheduleToCloseTimeout: '1h',
    retry: backoff,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    taskQueue: taskQueues.deploy,
  },
  /** One look: quick, and a fault of the metric source is a verdict rather than an error. */
  look: {
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: '5m',
    retry: backoff,
    taskQueue: taskQueues.deploy,
  },
  undo: { ...stubborn, taskQueue: taskQueues.deploy },
  undoRegistry: { ...stubborn, startToCloseTimeout: '1m', taskQueue: taskQueues.deploy },
} as const satisfies Record<string, ActivityOptions>;

/** Making a workspace and an environment may take this long before a step's own time starts to count. */
const preparationMs = 20 * 60_000;

/** Cancelled means ended: the run goes on only when the command's whole process tree is gone. */
const untilItHasStopped = { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED } as const;

/** A step: its own timeout and attempts, and a heartbeat that tells a dead worker within 20 seconds. */
export const stepProfile = (step: StepSpec): ActivityOptions => ({
  ...untilItHasStopped,
  taskQueue: taskQueues[step.queue],
  startToCloseTimeout: step.timeoutMs + preparationMs,
  heartbeatTimeout: '20s',
  retry: { ...backoff, maximumAttempts: step.attempts },
  summary: step.name,
});

/** A load test: as long as its stages, tried twice. */
export const loadTestProfile = (timeoutMs: number): ActivityOptions => ({
  ...untilItHasStopped,
  taskQueue: taskQueues.deploy,
  startToCloseTimeout: timeoutMs + preparationMs,
  heartbeatTimeout: '20s',
  retry: { ...backoff, maximumAttempts: 2 },
  summary: 'k6 load test',
});
