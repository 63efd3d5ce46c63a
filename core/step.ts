import type { ArtifactRef, OutputRef } from './artifact.ts';
import type { TaskQueue } from './ids.ts';

/** One node of the CI graph, or one command of a release (training, evaluation, integration tests). */
export interface StepSpec {
  readonly name: string;
  /** Names of the steps whose passing this one waits for, and whose outputs it gets. */
  readonly needs: readonly string[];
  /** Shell command lines, run in order; the first that fails ends the step. */
  readonly run: readonly string[];
  /** Lock files (relative to the repository) of the step's Python environment; none means no Python. */
  readonly requirements: readonly string[];
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
  /** How often the step is tried when its infrastructure fails; the commands' own failure is not retried. */
  readonly attempts: number;
  readonly queue: Extract<TaskQueue, 'steps' | 'gpu'>;
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
}

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
  readonly elapsedSeconds: number;
  readonly lastLine: string;
  readonly epoch?: number;
  readonly epochs?: number;
  readonly metrics?: Readonly<Record<string, number>>;
}
