import type { ArtifactRef } from './artifact.ts';
import type { CacheMode, StepOutcome, StepSpec, StepStatus, TakenFrom, WorktreeSource } from './step.ts';
import type { ConfigurationName } from './trigger-policy.ts';

/** What started a run. */
export interface Trigger {
  readonly kind: 'push' | 'pullRequest' | 'schedule' | 'dataChange' | 'person';
  /** Who or what: a login, a schedule's name. */
  readonly by: string;
  readonly ref?: string;
}

export interface CiRunInput {
  /** `owner/repo`; the operator's file says where it is. */
  readonly project: string;
  /** Full commit hash. */
  readonly commit: string;
  readonly trigger: Trigger;
  /** Absent: `use`. */
  readonly cache?: CacheMode;
  /** Uncommitted changes of a person's checkout; `commit` is then their snapshot's. */
  readonly source?: WorktreeSource;
  /** Number of the pull request that the commit is the head of. */
  readonly pullRequest?: number;
  /** Code of a stranger: it gets no secret, and leaves no result for others. */
  readonly untrusted?: true;
  /** Whose configuration it runs with; staging's when absent. */
  readonly configuration?: ConfigurationName;
}

/** The steps of one commit's CI run, in the order of the file. */
export interface CiPlan {
  readonly steps: readonly StepSpec[];
  /** `LONGHAUL_CONFIG_*` values that the steps get. */
  readonly overlay: Readonly<Record<string, string>>;
}

/** Where a step is in its run, for a tree and a time line; empty in what version 0.1.0 left. */
export interface StepPlace {
  readonly needs?: readonly string[];
  readonly matrix?: NonNullable<StepSpec['matrix']>;
  /** ISO time at which the run began it; absent for a step that was not begun. */
  readonly startedAt?: string;
}

export interface CiStepResult extends StepPlace {
  readonly name: string;
  readonly outcome: StepOutcome;
}

/** A step of a run that goes on; `note` says how long it took or why it did not pass. */
export interface CiStepState extends StepPlace {
  readonly name: string;
  readonly state: StepStatus | 'running' | 'waiting';
  readonly note: string;
  /** What came of it: its tests, coverage and metrics. */
  readonly said?: string;
  /** What it took, once it has ended. */
  readonly seconds?: number;
  /** Whose result it took over instead of running. */
  readonly takenFrom?: TakenFrom;
  /** How many of its tests failed and then passed. */
  readonly flakyTests?: number;
  /** Of a running step: which attempt it is, from 1, and the names of the memory rungs in effect. */
  readonly attempt?: number;
  readonly rungs?: readonly string[];
}

/** The one object that a CI run ends with. */
export interface CiRunResult {
  readonly id: string;
  readonly project: string;
  readonly commit: string;
  readonly passed: boolean;
  readonly startedAt: string;
  readonly seconds: number;
  readonly configDigest: string;
  readonly steps: readonly CiStepResult[];
  /** Temporal's id of the run; absent in what version 0.1.0 left. */
  readonly runId?: string;
  readonly trigger?: Trigger;
  readonly cache?: CacheMode;
  /** Of a run over uncommitted changes: what was checked out, and how much differs. */
  readonly source?: WorktreeSource;
  readonly pullRequest?: number;
  readonly untrusted?: true;
  /** Whose configuration it ran with; staging's when absent. */
  readonly configuration?: ConfigurationName;
  /** The newer commit of the pull request that this run made way for. */
  readonly supersededBy?: string;
  /** For people in Markdown and as a page of HTML, and JUnit for other tools. */
  readonly report: {
    readonly markdown: ArtifactRef;
    readonly junit: ArtifactRef;
    readonly html?: ArtifactRef;
  };
}
