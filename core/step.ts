import type { ArtifactRef, OutputRef } from './artifact.ts';
import type { TaskQueue } from './ids.ts';

/** One node of the CI graph, or one command of a release (training, evaluation, integration tests). */
export interface StepSpec {
  readonly name: string;
  /** Names of the steps whose passing this one waits for, and whose outputs it gets. */
  readonly needs: readonly string[];
  /** Shell command lines, run in order; the first that fails ends the step. */
  readonly run: readonly string[];
  /**
   * Patterns of the commit's files that the step depends on. The worktree holds these and no others, so that a result
   * taken over from another commit is never a wrong one. Absent: the whole commit.
   */
  readonly inputs?: readonly string[];
  /** False: the step always runs; its result is taken over only when the run itself is retried. */
  readonly cache?: boolean;
  /** Of a step that stands for one combination of a matrix: the step of the file, and the combination. */
  readonly matrix?: { readonly step: string; readonly values: Readonly<Record<string, string>> };
  /** Files (relative to the repository) that name the packages of the step's Python environment; none means no Python. */
  readonly requirements: readonly string[];
  /** Extras and dependency groups of a pyproject.toml, uv.lock or poetry.lock among the requirements. */
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
  /** Folders of the repository that are installed as packages for the attempt, without their dependencies. */
  readonly install?: readonly string[];
  /** Python version for the environment, as uv takes it (`3.11`); absent: what the machine has. */
  readonly python?: string;
  /** Environment variables by name; nothing else is inherited but what the contract gives. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of secrets that the step gets as environment variables of the same name. */
  readonly secrets: readonly string[];
  /** DVC targets pulled and verified file by file before the commands run. */
  readonly data: readonly string[];
  /** Files and folders that later steps and people get. */
  readonly outputs: readonly string[];
  /** Reports that the commands leave, relative to the output folder, and what they must say. */
  readonly reports: StepReports;
  readonly timeoutMs: number;
  /** When the time is up: how much more it gets, and how often; a training goes on from its checkpoint. */
  readonly onTimeout?: { readonly extendMs: number; readonly times: number };
  /** Absent in plans that version 0.1.0 resolved: they have `attempts`, one number for all kinds. */
  readonly retries?: RetryBudgets;
  readonly attempts?: number;
  /** What to do about tests that fail and then pass; absent: a failing test fails the step at once. */
  readonly flaky?: FlakyPolicy;
  /** Settings to climb when memory runs out, each added to those before it. */
  readonly onOutOfMemory?: readonly MemoryRung[];
  readonly gpu?: GpuNeeds;
  readonly queue: Extract<TaskQueue, 'steps' | 'gpu'>;
}

/** How often a step is tried again, by why it did not end: each kind has a budget of its own. */
export interface RetryBudgets {
  /** The worker was lost, shut down or reclaimed, or the process was killed from outside. */
  readonly preemption: number;
  /** A server did not answer, a disk was full: nothing that the commands are to blame for. */
  readonly infrastructure: number;
  /** The commands themselves failed. */
  readonly code: number;
}

export interface FlakyPolicy {
  /** Runs of the commands in all, the first included. */
  readonly tries: number;
  /** No further try is begun after this long. */
  readonly withinMs: number;
  /** How the step ends when every test that failed passed in a later try. */
  readonly then: 'pass' | 'fail';
}

/** Environment variables that make a training need less memory, and a name for people. */
export interface MemoryRung {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface GpuNeeds {
  readonly count: number;
  /** Free memory of each device. */
  readonly memoryBytes?: number;
  /** Least version of the driver, such as `535.104`. */
  readonly driver?: string;
}

export interface StepReports {
  readonly junit?: string;
  /** Cobertura XML; `minimum` in percent. */
  readonly coverage?: { readonly file: string; readonly minimum: number };
  /** A flat JSON object of numbers; each named minimum must be reached. */
  readonly metrics?: { readonly file: string; readonly minimum: Readonly<Record<string, number>> };
  /** A document for people, such as a data report, kept when it exists. */
  readonly document?: string;
  /** JSON left by a failed training. */
  readonly diagnostics?: string;
}

/** What a step ran for. `id` is the workflow id of the run; `overlay` holds the `LONGHAUL_CONFIG_*` values. */
export interface RunContext {
  readonly id: string;
  readonly project: string;
  readonly commit: string;
  readonly configDigest: string;
  readonly overlay: Readonly<Record<string, string>>;
  /** Temporal's id of this run of the workflow; absent in runs that version 0.1.0 began. */
  readonly runId?: string;
  /** Where a commit comes from that no repository has: uncommitted changes. */
  readonly source?: WorktreeSource;
  /** Absent: each step runs, as in a release. */
  readonly cache?: CacheMode;
  /** Code of a stranger: it gets no secret, and leaves no result for others. */
  readonly untrusted?: true;
}

/**
 * `use`: a step whose inputs were seen to pass takes that result; `ignore`: every step runs (its result is kept for
 * others); `retry`: as `use`, and steps that are never cached take what this commit's earlier run left, if it passed.
 */
export type CacheMode = 'use' | 'ignore' | 'retry';

/** A snapshot of a person's checkout: a commit without parents, in a git bundle of the artifact store. */
export interface WorktreeSource {
  readonly bundle: ArtifactRef;
  /** The commit that was checked out; all zeros where nothing is committed yet. */
  readonly base: string;
  /** Files that differ from it, in all. */
  readonly changed: number;
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What is known of a step that ran, however it ended. `seconds` is wall-clock time. */
export interface StepFacts {
  readonly seconds: number;
  readonly log?: ArtifactRef;
  readonly documents: readonly ArtifactRef[];
  readonly tests?: TestCounts;
  /** Percent of lines covered. */
  readonly coverage?: number;
  readonly metrics?: Readonly<Record<string, number>>;
  /** Digest over the pulled data's files, and where they came from. */
  readonly data?: readonly DataFacts[];
  /** Things worth telling a person: "data taken from the cache, the remote did not answer". */
  readonly notes: readonly string[];
  /** Last epoch seen of a step that reports progress. */
  readonly training?: TrainingFacts;
  /** What the step depended on, as a document of the store ({@link StepFingerprint}). Absent in a release. */
  readonly fingerprint?: string;
  /** Why it ran rather than take a result over: `src/features.py changed`. Empty when it did not run. */
  readonly because?: readonly string[];
  /** Whose result this is, of a step that did not run. */
  readonly takenFrom?: TakenFrom;
  /** Tests that failed and then passed. */
  readonly flaky?: readonly FlakyTest[];
  /** What is known of why it failed. */
  readonly failure?: Diagnosis;
}

export interface TakenFrom {
  readonly run: string;
  readonly commit: string;
  /** ISO time at which it passed. */
  readonly at: string;
  /** What it took then. */
  readonly seconds: number;
}

export interface FlakyTest {
  /** `tests/unit/test_model.py::TestTrainer::test_fit`, or what the report has in its place. */
  readonly name: string;
  /** In how many tries it failed, of how many. */
  readonly failures: number;
  readonly tries: number;
  /** What the failure said, in a line. */
  readonly message: string;
}

/** A failure that is known: its cause, how to mend it, and which retry budget it is of. */
export interface Diagnosis {
  /** Stable name: `dvc-credentials-expired`. */
  readonly id: string;
  readonly kind: FailureKind;
  readonly cause: string;
  readonly mend: string;
}

export type FailureKind = keyof RetryBudgets | 'outOfMemory' | 'timeout';

export interface DataFacts {
  readonly target: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly source: 'remote' | 'cache';
}

export interface TrainingFacts {
  readonly epoch: number;
  readonly epochs: number;
  /** Epoch that this attempt went on from; 0 when it started afresh. */
  readonly resumedFrom: number;
  readonly attempt: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly ledger?: TrainingLedger;
}

/** What a training cost, over all of its attempts: useful + lost + waiting is the time from its start to its end. */
export interface TrainingLedger {
  readonly attempts: readonly TrainingAttempt[];
  readonly seconds: {
    /** Up to the last checkpoint of an attempt that was cut short, or all of one that was not. */
    readonly useful: number;
    /** From the last checkpoint to the end of an attempt that was cut short. */
    readonly lost: number;
    /** Between attempts: noticing the loss, backing off, waiting for a worker. */
    readonly waiting: number;
  };
  /** Seconds times devices, over all attempts; absent where there is no GPU. */
  readonly gpuSeconds?: number;
}

export interface TrainingAttempt {
  /** Starts at 1. */
  readonly number: number;
  readonly host: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly ended: 'passed' | 'cancelled' | FailureKind;
  readonly reason?: string;
  /** Names of the memory rungs in effect, and what they set. */
  readonly rungs: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly fromEpoch: number;
  readonly toEpoch: number;
  /** Epoch of the newest checkpoint at its end. */
  readonly checkpoint: number;
  readonly secondsUseful: number;
  readonly secondsLost: number;
  /** Devices that it had; absent without a GPU. */
  readonly gpus?: number;
}

export type StepOutcome =
  | ({ readonly status: 'passed'; readonly outputs: readonly OutputRef[] } & StepFacts)
  | ({
      readonly status: 'failed';
      readonly reason: string;
      readonly exitCode?: number;
      readonly lastLines: readonly string[];
    } & StepFacts)
  | ({
      readonly status: 'timedOut';
      readonly reason: string;
      readonly lastLines: readonly string[];
    } & StepFacts)
  | { readonly status: 'cancelled'; readonly reason: string }
  | { readonly status: 'skipped'; readonly reason: string };

export type StepStatus = StepOutcome['status'];

/** What a running step heartbeats; the store, not the heartbeat, is what a retry resumes from. */
export interface StepProgress {
  readonly step: string;
  /** Which attempt it is, from 1, and the names of the memory rungs in effect. */
  readonly attempt?: number;
  readonly rungs?: readonly string[];
  readonly elapsedSeconds: number;
  readonly lastLine: string;
  readonly epoch?: number;
  readonly epochs?: number;
  /** Epoch that the attempt went on from. */
  readonly resumedFrom?: number;
  readonly metrics?: Readonly<Record<string, number>>;
}
