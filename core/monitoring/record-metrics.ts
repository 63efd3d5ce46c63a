/** What is told of releases, CI runs, lanes and queues: from records, and from Temporal. */
import { gauge } from './metric.ts';

/** Spans that look back from now, by the value of the label `window`. Temporal keeps histories no longer. */
export const windows = { '1d': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;
export type Window = keyof typeof windows;

export const recordMetrics = {
  releasesOpen: gauge('longhaul_releases_open', ['project', 'model', 'phase'], 'Open releases, by phase.'),
  releaseWaiting: gauge(
    'longhaul_release_waiting_seconds',
    ['project', 'model', 'phase'],
    'For how long the open release that has been longest in this phase has been in it.',
  ),
  candidateWeight: gauge(
    'longhaul_release_candidate_weight_percent',
    ['project', 'model'],
    'Share of the traffic that the candidate of an open release gets.',
  ),
  releasesEnded: gauge(
    'longhaul_releases_ended',
    ['project', 'model', 'outcome', 'window'],
    'Releases that ended in the window, by outcome.',
  ),
  gates: gauge(
    'longhaul_release_gates',
    ['project', 'model', 'gate', 'result', 'window'],
    'Gates of the releases that ended in the window: `passed` or `failed`.',
  ),
  residue: gauge(
    'longhaul_releases_with_residue',
    ['project', 'model', 'window'],
    'Releases that ended in the window and left something that could not be undone.',
  ),
  leadTime: gauge(
    'longhaul_release_lead_time_seconds',
    ['project', 'model', 'window', 'quantile'],
    'From the start of the commit’s CI run to the end of its release, of those that were released; `quantile` is `0.5` or `0.9`.',
  ),
  trainingTime: gauge(
    'longhaul_release_training_seconds',
    ['project', 'model', 'kind', 'window'],
    'Time of the trainings of releases that ended in the window: `useful`, `lost` (done again) or `waiting`.',
  ),
  ciRunsOpen: gauge('longhaul_ci_runs_open', ['project'], 'CI runs that go on now.'),
  ciRuns: gauge(
    'longhaul_ci_runs',
    ['project', 'result', 'window'],
    'CI runs that ended in the window: `passed`, `failed` or `cancelled`.',
  ),
  ciRunTime: gauge(
    'longhaul_ci_run_seconds',
    ['project', 'window', 'quantile'],
    'Wall-clock time of the CI runs that ended in the window; `quantile` is `0.5` or `0.9`.',
  ),
  ciSteps: gauge(
    'longhaul_ci_steps',
    ['project', 'step', 'status', 'window'],
    'Steps of the CI runs that ended in the window, by status.',
  ),
  ciFailures: gauge(
    'longhaul_ci_step_failures',
    ['project', 'step', 'cause', 'window'],
    'Steps of the CI runs of the window that failed or timed out, by the cause that was recognized; `unknown` when none was.',
  ),
  ciSecondsSaved: gauge(
    'longhaul_ci_seconds_saved',
    ['project', 'window'],
    'What the steps had taken when they ran whose results the CI runs of the window took over.',
  ),
  ciFlakyTests: gauge(
    'longhaul_ci_flaky_tests',
    ['project', 'step', 'window'],
    'Tests that failed and then passed in a CI run of the window, each counted once.',
  ),
  laneHeld: gauge(
    'longhaul_lane_held_seconds',
    ['model', 'environment'],
    'For how long a release or a rollback has held the lane; 0 while nobody does.',
  ),
  laneWaiting: gauge('longhaul_lane_waiting', ['model', 'environment'], 'How many wait for the lane.'),
  queueBacklog: gauge(
    'longhaul_queue_backlog',
    ['queue', 'tasks'],
    'Tasks that no worker has taken yet, as Temporal estimates: `activity` or `workflow`.',
  ),
  queueBacklogAge: gauge(
    'longhaul_queue_backlog_age_seconds',
    ['queue', 'tasks'],
    'Age of the oldest task that no worker has taken yet.',
  ),
  queuePollers: gauge(
    'longhaul_queue_pollers',
    ['queue', 'tasks'],
    'Workers that asked for tasks in the last minutes.',
  ),
  readAt: gauge(
    'longhaul_records_read_timestamp_seconds',
    [],
    'When records, lanes and queues were last read: the gauges of this table are as of then.',
  ),
} as const;
