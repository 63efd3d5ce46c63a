/**
 * How every activity call is timed and retried. A call picks a profile by name and adds nothing; what a retry
 * cannot mend is decided in core/errors.ts, where the error is made.
 */
import { ActivityCancellationType } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import { taskQueues } from '../core/ids.ts';
import { budgetsOf } from '../core/retry.ts';
import { summaryOf } from '../core/summary.ts';
import type { StepSpec } from '../core/step.ts';

const backoff = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** A server that answers in a moment, and may be away for a night: a machine may be down that long. */
const patient = { startToCloseTimeout: '30s', scheduleToCloseTimeout: '24h', retry: backoff } as const;

/** Undoing never gives up by itself within a day: a half-undone release is worse than a late one. */
const stubborn = { scheduleToCloseTimeout: '24h', retry: backoff } as const;

/** Cancelled means ended: what would still write must not write after the undo. */
const untilItHasStopped = { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED } as const;

export const profiles = {
  /** Records, beside the workflows. */
  records: { ...patient, taskQueue: taskQueues.orchestration },
  /** Messages to lanes, a moment each: while a lost worker is waited for, everybody waits. */
  lanes: { ...patient, startToCloseTimeout: '10s', taskQueue: taskQueues.orchestration },
  /** A record on its way: not worth holding up an undo for. */
  saving: { ...patient, scheduleToCloseTimeout: '2m', taskQueue: taskQueues.orchestration },
  /** Who has given an answer: a person waits for what comes of it, and can give it again. */
  approvals: {
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '10m',
    retry: backoff,
    taskQueue: taskQueues.orchestration,
  },
  /** Showing something on the forge, which may be down for hours: what is told late is told as it is then. */
  tellForge: { ...patient, startToCloseTimeout: '2m', taskQueue: taskQueues.orchestration },
  /** A message for people: after some hours it is not news any more. */
  tellChat: {
    ...patient,
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '6h',
    taskQueue: taskQueues.orchestration,
  },
  /** A look at what the forge could not deliver: the next one makes up for one that failed. */
  deliveries: {
    startToCloseTimeout: '10m',
    heartbeatTimeout: '10s',
    scheduleToCloseTimeout: '30m',
    retry: { ...backoff, maximumAttempts: 5 },
    taskQueue: taskQueues.orchestration,
  },
  /** Deciding and starting: a fetch and some questions to the forge, either of which may be away for hours. */
  triggers: { ...patient, startToCloseTimeout: '5m', taskQueue: taskQueues.orchestration },
  /** Fetching a commit and reading the file at it. */
  git: { ...patient, startToCloseTimeout: '5m', taskQueue: taskQueues.steps },
  /** MLflow's answers. */
  registry: { ...patient, ...untilItHasStopped, startToCloseTimeout: '2m', taskQueue: taskQueues.deploy },
  /** Setting and reading what a lane serves: an undo waits for one that is under way, so a lost worker is noticed soon. */
  rollout: {
    ...patient,
    ...untilItHasStopped,
    startToCloseTimeout: '2m',
    heartbeatTimeout: '20s',
    taskQueue: taskQueues.deploy,
  },
  /** Preparing an arm (code, environment, model files) and waiting for replicas. */
  deploy: {
    startToCloseTimeout: '20m',
    heartbeatTimeout: '20s',
    scheduleToCloseTimeout: '24h',
    retry: backoff,
    ...untilItHasStopped,
    taskQueue: taskQueues.deploy,
  },
  /**
   * One look: quick, and a fault of the metric source is a verdict rather than an error. Where no worker is there to
   * look, none could undo either: waiting costs nothing, giving up would cost a healthy release.
   */
  look: { startToCloseTimeout: '20s', retry: backoff, taskQueue: taskQueues.deploy },
  /** Longer than a target waits for replicas by itself: its report of what could not be undone is not cut off. */
  undo: {
    ...stubborn,
    startToCloseTimeout: '20m',
    heartbeatTimeout: '20s',
    taskQueue: taskQueues.deploy,
  },
  /** Without heartbeats: MLflow may think for longer than a heartbeat may be missed. */
  undoRegistry: { ...stubborn, startToCloseTimeout: '2m', taskQueue: taskQueues.deploy },
} as const satisfies Record<string, ActivityOptions>;

/** A step's attempts are few: the pauses between them outlast a server that is started again. */
const wideBackoff = { initialInterval: '5s', backoffCoefficient: 4, maximumInterval: '5m' } as const;

/** Making a workspace and an environment may take this long before a step's own time starts to count. */
const preparationMs = 20 * 60_000;

/** A step: its own timeout and attempts, and a heartbeat that tells a dead worker within 20 seconds. */
export const stepProfile = (step: StepSpec): ActivityOptions => ({
  ...attemptProfile(step, step.name),
  retry: { ...wideBackoff, maximumAttempts: attemptsOf(step) },
});

/** One attempt of a step: the next one is another activity. */
export const attemptProfile = (step: StepSpec, summary: string): ActivityOptions => ({
  ...untilItHasStopped,
  taskQueue: taskQueues[step.queue],
  startToCloseTimeout: step.timeoutMs + preparationMs,
  heartbeatTimeout: '20s',
  retry: { maximumAttempts: 1 },
  summary: summaryOf(summary),
});

function attemptsOf(step: StepSpec): number {
  const { preemption, infrastructure } = budgetsOf(step);
  return 1 + preemption + infrastructure;
}

/** A load test: as long as its stages. */
export const loadTestProfile = (timeoutMs: number): ActivityOptions => ({
  ...untilItHasStopped,
  taskQueue: taskQueues.deploy,
  startToCloseTimeout: timeoutMs + preparationMs,
  heartbeatTimeout: '20s',
  retry: { ...wideBackoff, maximumAttempts: 4 },
  summary: 'k6 load test',
});
