/**
 * What a forge is shown of CI runs and releases: the facts that go in. All of it is plain JSON.
 *
 * - {@link CiView} -> `ciChecks` (core/render/forge/checks.ts): one check a step
 * - {@link PullRequestFacts} and what stands there -> `pullRequestComment` (core/render/forge/comment.ts): the single comment
 * - a release's record -> `releaseDeployments` (core/render/forge/deployments.ts): a deployment for each environment
 */
import type { DocumentText, StepFindings } from './annotations/step-findings.ts';
import type { CiRunResult, CiStepResult, CiStepState } from './ci.ts';
import type { PullRequestPolicy } from './pull-request-policy.ts';
import type { FlakyHistory } from './test-history.ts';
import type { TrainingDiagnostics } from './training-diagnostics.ts';

/** A CI run as it is now. */
export interface CiView {
  readonly id: string;
  readonly project: string;
  readonly commit: string;
  /** ISO time. */
  readonly startedAt: string;
  /** What the run answers when it is asked, or `endedStepStates` of its result. */
  readonly steps: readonly CiStepState[];
  /** Outcomes of steps, as far as they are known: of all once the run has ended. */
  readonly results: readonly CiStepResult[];
  /** What was read of their logs and documents, by step. */
  readonly read: Readonly<Record<string, StepReading>>;
  /** Absent while the run goes on. */
  readonly ended?: Pick<CiRunResult, 'passed' | 'seconds' | 'supersededBy'>;
  readonly untrusted?: true;
  /** Where people see more of the run. */
  readonly detailsUrl?: string;
}

export interface StepReading {
  readonly findings: StepFindings;
  /** Of a training that failed. */
  readonly diagnostics?: TrainingDiagnostics;
  /** The document that a step which failed left for people. */
  readonly report?: DocumentText;
}

/** What the comment on a pull request is made from. */
export interface PullRequestFacts {
  readonly run: CiView;
  /** The newest run of the base branch that passed, else the newest; null where none is known. */
  readonly base: BaseRun | null;
  /** Null where the model has none, or the project no release. */
  readonly champion: ChampionFacts | null;
  /** Of the steps of this run. */
  readonly history: readonly FlakyHistory[];
  readonly changedFiles: readonly string[];
  readonly policy: PullRequestPolicy;
}

export interface BaseRun {
  readonly branch: string;
  readonly commit: string;
  readonly steps: readonly CiStepResult[];
}

export interface ChampionFacts {
  readonly version: string;
  /** Of its evaluation, else of its run. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Digests by target of the data that it was trained with; empty where it does not tell. */
  readonly data: Readonly<Record<string, string>>;
}
