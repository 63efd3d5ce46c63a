/** The dashboard for those who run Longhaul: queues, activities, steps, workflows, processes. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { recordMetrics as told } from '../../core/monitoring/record-metrics.ts';
import { workerMetrics as counted } from '../../core/monitoring/worker-metrics.ts';
import { bars, lines, numbers, stacks } from './panels.ts';
import { buckets, increase, named, perSecond, quantile, series, shareOf } from './promql.ts';

const queue = { queue: '$queue' } as const;
const project = { ...queue, project: '$project' } as const;

const queues: readonly Builder<Panel>[] = [
  numbers({
    title: 'Workers that answer',
    about: 'Addresses of workers that Prometheus reaches, of those it knows; each worker has two.',
    queries: { up: 'sum(up{job="longhaul"})', known: 'count(up{job="longhaul"})' },
    none: 'none is known',
    width: 8,
  }),
  numbers({
    title: 'Waiting tasks',
    about: 'Activities and workflow tasks that no worker has taken yet, as Temporal estimates.',
    queries: { waiting: `sum(max by (queue, tasks) (${series(told.queueBacklog, queue)}))` },
    none: 'unknown',
    width: 8,
    alarming: [10, 100],
  }),
  numbers({
    title: 'Oldest waiting task',
    about: 'Above a minute: too few workers of that queue, or none.',
    unit: 's',
    queries: { age: `max(${series(told.queueBacklogAge, queue)})` },
    none: 'unknown',
    width: 8,
    alarming: [60, 600],
  }),
  bars({
    title: 'Who polls',
    about: 'Workers that asked each queue for tasks in the last minutes. None: whatever needs it waits.',
    queries: { '{{queue}} {{tasks}}': `max by (queue, tasks) (${series(told.queuePollers, queue)})` },
    none: 'unknown',
    width: 6,
  }),
  lines({
    title: 'Backlog',
    about: 'Tasks that no worker has taken yet.',
    queries: { '{{queue}} {{tasks}}': `max by (queue, tasks) (${series(told.queueBacklog, queue)})` },
    width: 6,
  }),
  lines({
    title: 'From schedule to start of activities',
    about:
      'How long an activity waited for a worker: 95th percentile. It is the time to add workers when it grows.',
    unit: 's',
    queries: {
      '{{queue}}': quantile(
        0.95,
        named('temporal_activity_schedule_to_start_latency_seconds_bucket', queue),
        'queue',
      ),
    },
    width: 6,
  }),
  lines({
    title: 'Slots in use',
    about: 'Of what each worker does at a time (`--concurrency`), the share that is busy.',
    unit: 'percentunit',
    queries: {
      '{{queue}} {{worker_type}}': slotsInUse(),
    },
    width: 6,
  }),
];

function slotsInUse(): string {
  const by = 'sum by (queue, worker_type)';
  const used = `${by} (${named('temporal_worker_task_slots_used', queue)})`;
  const free = `${by} (${named('temporal_worker_task_slots_available', queue)})`;
  return `${used} / (${used} + ${free} > 0)`;
}

const attempts = (outcome: string): string =>
  perSecond(series(counted.activityAttempts, { ...queue, outcome }));

const activities: readonly Builder<Panel>[] = [
  lines({
    title: 'Attempts that failed',
    about:
      'Of the attempts of each activity: the share that threw an error and is tried again, or ends its workflow.',
    unit: 'percentunit',
    queries: {
      '{{activity}}': shareOf(
        `sum by (activity) (${attempts('failed')})`,
        `sum by (activity) (${attempts('.*')})`,
      ),
    },
    width: 8,
  }),
  lines({
    title: 'Time of activities',
    about: 'Wall-clock time of attempts that completed: 95th percentile.',
    unit: 's',
    queries: {
      '{{activity}}': quantile(
        0.95,
        buckets(counted.activitySeconds, { ...queue, outcome: 'completed' }),
        'activity',
      ),
    },
    width: 8,
  }),
  lines({
    title: 'Activities that run',
    about: 'By activity, over all workers.',
    queries: { '{{activity}}': `sum by (activity) (${series(counted.activitiesRunning, queue)})` },
    width: 8,
  }),
];

const steps: readonly Builder<Panel>[] = [
  stacks({
    title: 'Steps',
    about: 'Steps that ended, by status.',
    queries: { '{{status}}': `sum by (status) (${increase(series(counted.steps, project))})` },
    width: 12,
  }),
  lines({
    title: 'Time of steps',
    about: 'Wall-clock time of steps that ran: 95th percentile.',
    unit: 's',
    queries: { '{{step}}': quantile(0.95, buckets(counted.stepSeconds, project), 'step') },
    width: 12,
  }),
  lines({
    title: 'Results taken over',
    about: 'Of the steps that passed: the share whose result was taken over instead of being run.',
    unit: 'percentunit',
    queries: {
      '{{step}}': shareOf(
        `sum by (step) (${perSecond(series(counted.stepsTakenOver, project))})`,
        `sum by (step) (${perSecond(series(counted.steps, { ...project, status: 'passed' }))})`,
      ),
    },
    width: 6,
  }),
  lines({
    title: 'Flaky tests',
    about: 'Of all tests that ran: the share that failed and then passed.',
    unit: 'percentunit',
    queries: {
      '{{step}}': shareOf(
        `sum by (step) (${perSecond(series(counted.flakyTests, project))})`,
        `sum by (step) (${perSecond(series(counted.tests, project))})`,
      ),
    },
    width: 6,
  }),
  stacks({
    title: 'Training time',
    about: 'Seconds of training attempts: useful, or lost.',
    unit: 's',
    queries: { '{{kind}}': `sum by (kind) (${increase(series(counted.trainingSeconds, project))})` },
    width: 6,
  }),
  stacks({
    title: 'Data given to steps',
    about: 'From the remote, or from the cache when the remote did not answer.',
    unit: 'bytes',
    queries: { '{{source}}': `sum by (source) (${increase(series(counted.dataBytes, project))})` },
    width: 6,
  }),
];

const workflows: readonly Builder<Panel>[] = [
  lines({
    title: 'From schedule to start of workflow tasks',
    about: 'How long a decision of a workflow waited for the orchestration worker: 95th percentile.',
    unit: 's',
    queries: {
      '{{queue}}': quantile(
        0.95,
        named('temporal_workflow_task_schedule_to_start_latency_seconds_bucket', queue),
        'queue',
      ),
    },
    width: 8,
  }),
  stacks({
    title: 'Workflow tasks that failed',
    about:
      'Anything but 0 is a fault of the code or of an upgrade: the workflow stands still until it is mended.',
    queries: {
      '{{failure_reason}}': `sum by (failure_reason) (${increase(named('temporal_workflow_task_execution_failed_total', queue))})`,
    },
    width: 8,
  }),
  lines({
    title: 'Workflows in memory',
    about: 'Workflows that the orchestration worker keeps (`maxCachedWorkflows`).',
    queries: { '{{queue}}': `sum by (queue) (${named('temporal_sticky_cache_size', queue)})` },
    width: 8,
  }),
];

const processes: readonly Builder<Panel>[] = [
  lines({
    title: 'Memory',
    about: 'Resident memory of each worker; what its steps take is not in it.',
    unit: 'bytes',
    queries: { '{{queue}}': named('process_resident_memory_bytes', queue) },
    width: 6,
  }),
  lines({
    title: 'CPU',
    about: 'Cores that each worker takes; what its steps take is not in it.',
    queries: { '{{queue}}': perSecond(named('process_cpu_seconds_total', queue)) },
    width: 6,
  }),
  lines({
    title: 'Event loop',
    about: 'How late timers of each worker come: 99th percentile. Above a second, heartbeats are at risk.',
    unit: 's',
    queries: { '{{queue}}': named('nodejs_eventloop_lag_p99_seconds', queue) },
    width: 6,
  }),
  lines({
    title: 'Free disk',
    about: 'On the disk of the home: worktrees, environments, caches, artifacts.',
    unit: 'bytes',
    queries: { '{{instance}}': series(counted.homeFreeBytes, queue) },
    width: 6,
  }),
  stacks({
    title: 'Requests to Temporal that failed',
    about: 'By kind. A few at a restart of Temporal are usual; they are tried again.',
    queries: {
      '{{queue}} {{operation}}': `sum by (queue, operation) (${increase(named('temporal_request_failure_total', queue))})`,
    },
    width: 24,
  }),
];

/** By the heading of each row. */
export const workerPanels: Readonly<Record<string, readonly Builder<Panel>[]>> = {
  Queues: queues,
  Activities: activities,
  Steps: steps,
  Workflows: workflows,
  Processes: processes,
};
