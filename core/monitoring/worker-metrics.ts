/** What each worker counts of the activities that it runs. Every one has the label `queue` besides its own. */
import { counter, gauge, histogram } from './metric.ts';

export const workerMetrics = {
  activityAttempts: counter(
    'longhaul_activity_attempts_total',
    ['activity', 'outcome'],
    'Attempts of activities that ended: `completed`, `failed` or `cancelled`.',
  ),
  activitySeconds: histogram(
    'longhaul_activity_duration_seconds',
    ['activity', 'outcome'],
    'Wall-clock time of one attempt of an activity.',
    [0.05, 0.25, 1, 5, 15, 60, 300, 1800, 7200],
  ),
  activitiesRunning: gauge('longhaul_activities_running', ['activity'], 'Activities that run now.'),
  steps: counter(
    'longhaul_steps_total',
    ['project', 'step', 'status'],
    'Attempts of steps that ended, by status; also those of releases.',
  ),
  stepSeconds: histogram(
    'longhaul_step_duration_seconds',
    ['project', 'step'],
    'Wall-clock time of steps that ran; those whose result was taken over are not in it.',
    [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 10800, 21600],
  ),
  stepsTakenOver: counter(
    'longhaul_steps_taken_over_total',
    ['project', 'step'],
    'Steps whose result was taken over from an earlier run with the same inputs.',
  ),
  secondsSaved: counter(
    'longhaul_step_seconds_saved_total',
    ['project', 'step'],
    'What the steps whose results were taken over had taken when they ran.',
  ),
  stepFailures: counter(
    'longhaul_step_failures_total',
    ['project', 'step', 'cause'],
    'Steps that failed or timed out, by the cause that was recognized; `unknown` when none was.',
  ),
  tests: counter(
    'longhaul_tests_total',
    ['project', 'step', 'result'],
    'Tests, as the JUnit reports of steps tell them: `passed`, `failed` or `skipped`.',
  ),
  flakyTests: counter(
    'longhaul_flaky_tests_total',
    ['project', 'step'],
    'Tests that failed and then passed in the same step.',
  ),
  dataBytes: counter(
    'longhaul_data_bytes_total',
    ['project', 'source'],
    'Bytes of tracked data that steps were given: from the `remote`, or from the `cache` when it did not answer.',
  ),
  trainingAttempts: counter(
    'longhaul_training_attempts_total',
    ['project', 'step', 'ended'],
    'Attempts of trainings that ended: `passed`, `cancelled`, or the kind of failure.',
  ),
  trainingSeconds: counter(
    'longhaul_training_seconds_total',
    ['project', 'step', 'kind'],
    'Time of the attempts of trainings: `useful`, or `lost` because it has to be done again.',
  ),
  gpuSeconds: counter(
    'longhaul_training_gpu_seconds_total',
    ['project', 'step'],
    'Seconds of the attempts of trainings, times the devices that they had.',
  ),
  memoryRungs: counter(
    'longhaul_training_memory_rungs_total',
    ['project', 'step', 'rung'],
    'Attempts of trainings that ran under a rung of `onOutOfMemory`.',
  ),
  looks: counter(
    'longhaul_looks_total',
    ['model', 'environment', 'phase', 'verdict'],
    'Looks of watches, by verdict.',
  ),
  holds: counter(
    'longhaul_watch_holds_total',
    ['model', 'environment', 'phase'],
    'Looks that made a release stop advancing and ask a person.',
  ),
  loadTests: counter(
    'longhaul_load_tests_total',
    ['project', 'result'],
    'Load tests that ended: `passed` or `failed`.',
  ),
  homeFreeBytes: gauge(
    'longhaul_home_free_bytes',
    [],
    'Free space on the disk that the home (LONGHAUL_HOME) lies on.',
  ),
} as const;
