import type { ArtifactRef } from './artifact.ts';
import type { StepOutcome, StepSpec, StepStatus } from './step.ts';

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
}

/** The steps of one commit's CI run, in the order of the file. */
export interface CiPlan {
  readonly steps: readonly StepSpec[];
  /** `LONGHAUL_CONFIG_*` values that the steps get. */
  readonly overlay: Readonly<Record<string, string>>;
}

export interface CiStepResult {
  readonly name: string;
  readonly outcome: StepOutcome;
}

/** A step of a run that goes on; `note` says how long it took or why it did not pass. */
export interface CiStepState {
  readonly name: string;
  readonly state: StepStatus | 'running' | 'waiting';
  readonly note: string;
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
  /** Human report in Markdown, and JUnit for other tools. */
  readonly report: { readonly markdown: ArtifactRef; readonly junit: ArtifactRef };
}
