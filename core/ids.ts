/**
 * Workflow ids. An id is the mutex: Temporal lets one run of an id be open at a time, so two starts for the
 * same commit, lane or rollback meet in one workflow.
 */

/** Id of the CI run of a commit. `project` is `owner/repo`, `commit` a full hash. */
export const ciRunId = (project: string, commit: string): string => `ci/${project}/${commit}`;

/**
 * Id of the CI run of a stranger's commit: another one, so that nobody who waits for the commit's own run joins this one,
 * and its result is never the commit's.
 */
export const untrustedCiRunId = (project: string, commit: string): string =>
  `${ciRunId(project, commit)}-untrusted`;

/** What a CI run's id is made of. */
export function partsOfCiRunId(id: string): {
  readonly project: string;
  readonly commit: string;
  readonly untrusted?: true;
} {
  const project = id.slice(id.indexOf('/') + 1, id.lastIndexOf('/'));
  const [commit = '', untrusted] = id.slice(id.lastIndexOf('/') + 1).split('-');
  return { project, commit, ...(untrusted === undefined ? {} : { untrusted: true }) };
}

/** Id of a release. `attempt` starts at 1 and counts releases of one commit. */
export const releaseId = (model: string, commit: string, attempt: number): string =>
  `release/${model}/${commit.slice(0, 12)}-${attempt}`;

/** Id of the watch that runs beside one phase of a release. */
export const watchId = (release: string, phase: string): string => `watch/${release}/${phase}`;

/** Id of the lane of a model in an environment. */
export const laneId = (lane: LaneRef): string => `lane/${lane.model}/${lane.environment}`;

/** Id of the workflow by which whoever has a lane holds it. */
export const holdId = (lane: LaneRef): string => `hold/${lane.model}/${lane.environment}`;

/** Id of the rollback of a finished release. */
export const rollbackId = (release: string): string => `rollback/${release}`;

/** Id of the trigger workflow of what has arrived with this digest (64 hex digits of SHA-256 over the raw body). */
export const triggerId = (digest: string): string => `trigger/${digest}`;

/** Id of the workflow that takes a press in Slack to its release; `digest` as of a trigger. */
export const answerId = (digest: string): string => `answer/${digest}`;

/** Id under which a schedule starts its trigger; Temporal appends the time. Also the schedule's own id. */
export const scheduleId = (project: string, name: string): string => `schedule/${project}/${name}`;

/** Id of the schedule that looks for deliveries that the forge could not make, and of its workflow. */
export const reconcilerId = 'reconcile-deliveries';

/** Id of the workflow that tells forge and chat how a CI run or a release stands. `subject` is the id of that. */
export const announcerId = (subject: string): string => `announce/${subject}`;

/** One model in one environment: what a release locks, deploys to, and watches. */
export interface LaneRef {
  readonly model: string;
  readonly environment: string;
}

/** A pull request as a search attribute has it: `owner/repo#12`. */
export const pullRequestKey = ({
  project,
  number,
}: {
  readonly project: string;
  readonly number: number;
}): string => `${project}#${number}`;

/** Marker of the one comment that Longhaul keeps on a pull request. */
export const pullRequestMarker = 'pull-request';

/** A file-system and label safe name for a lane: `flight-delay.production`. */
export const laneKey = (lane: LaneRef): string => `${lane.model}.${lane.environment}`;

/** Under which key of the artifact store a record lies. */
export const documentKeys = {
  release: (id: string): string => `releases/${id}`,
  /** The newest run of a commit. */
  ciRun: (id: string): string => `ci/${id}`,
  /** Every run of a commit, by Temporal's id of it. */
  ciRunOnce: (id: string, runId: string): string => `ci-runs/${id}/${runId}`,
  /** What a step depended on. */
  fingerprint: (digest: string): string => `fingerprints/${digest}`,
  /** The outcome of a step that passed with these inputs. */
  stepResult: (project: string, digest: string): string => `step-results/${project}/${digest}`,
  /** The same of a step that is never cached: only the same run, tried again, takes it over. */
  ownStepResult: (run: string, digest: string): string => `step-results-once/${run}/${digest}`,
  /** The newest of a step in a project: its fingerprint, how long it took. */
  latestStep: (project: string, step: string): string => `step-latest/${project}/${step}`,
  /** Counts and flaky tests of one run of a step with tests. */
  testHistory: (project: string, step: string, runId: string): string =>
    `test-history/${project}/${step}/${runId}`,
  /** The folder of the checkpoints of all runs that train the same thing; `basis` is 64 hex digits. */
  checkpoints: (project: string, basis: string): string => `checkpoints/${project}/${basis}/`,
  /** There once a step of this name has left a checkpoint: always the same, so that it matters not who wrote it last. */
  leavesCheckpoints: (project: string, step: string): string => `leaves-checkpoints/${project}/${step}`,
  /** A training's ledger as one attempt knows it; `run` is Temporal's id, for a commit's CI runs share theirs. */
  ledger: (id: string, run: string, step: string, attempt: number): string =>
    `ledgers/${id}/${run}/${step}/${attempt}`,
  /** A pull request of a stranger: its head, since when that is known, and whose ok it has. */
  pullRequest: (project: string, number: number): string => `pull-requests/${project}/${number}`,
  /** What the source of a project's data was seen as. */
  dataSeen: (project: string): string => `data-seen/${project}`,
  /** What was told of a run, by the announcer that has ended. */
  announced: (id: string): string => `announced/${id}`,
  /** What requirement files were resolved to. */
  pythonLock: (digest: string): string => `python-locks/${digest}`,
} as const;

/** Task queues, one a kind of worker. */
export const taskQueues = {
  orchestration: 'longhaul-orchestration',
  steps: 'longhaul-steps',
  gpu: 'longhaul-gpu',
  deploy: 'longhaul-deploy',
} as const;
export type TaskQueue = keyof typeof taskQueues;

/** Search attributes, registered at set-up and checked by every worker at start. All are keywords. */
export const searchAttributes = {
  project: 'LonghaulProject',
  model: 'LonghaulModel',
  environment: 'LonghaulEnvironment',
  commit: 'LonghaulCommit',
  phase: 'LonghaulPhase',
  outcome: 'LonghaulOutcome',
  pullRequest: 'LonghaulPullRequest',
} as const;

/** The Temporal namespace that Longhaul lives in, and its retention. */
export const namespace = { name: 'longhaul', retentionDays: 30 } as const;
