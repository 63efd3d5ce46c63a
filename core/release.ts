import type { ApprovalPolicy, ApprovalQuestion, Reminder } from './approval-policy.ts';
import type { ArtifactRef } from './artifact.ts';
import type { Trigger } from './ci.ts';
import type { IdentityProvider } from './identity.ts';
import type { ClusterDeployment, ServeSpec, Strategy, TargetSnapshot } from './serving.ts';
import type { DataFacts, Diagnosis, StepSpec, StepStatus, TrainingFacts } from './step.ts';
import type { Guardrail, Look, Verdict, WatchPolicy } from './watch.ts';

export interface ReleaseInput {
  readonly project: string;
  readonly commit: string;
  readonly attempt: number;
  readonly trigger: Trigger;
  /** How long the training may take, instead of what the file says. */
  readonly trainTimeoutMs?: number;
  /** Goes before others that wait for the same lane. */
  readonly hotfix?: true;
}

/** Load test by k6: script, stages (absent: the script's own) and the limits that its summary is judged by. */
export interface LoadTestSpec {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly stages?: readonly { readonly durationMs: number; readonly target: number }[];
  readonly p95LimitMs: number;
  readonly errorLimit: number;
  readonly timeoutMs: number;
}

/** How a release behaves towards others of its project. */
export interface LaneSpec {
  /** Older ones that wait for the same lane end as superseded. */
  readonly supersede: boolean;
  /** Its canary is undone when a hotfix waits. */
  readonly hotfixMayInterruptCanary: boolean;
}

export interface CanarySpec {
  /** Percent of the traffic, ascending, the last one 100. */
  readonly weights: readonly number[];
  /** The whole canary; each weight below 100 gets an equal part. */
  readonly durationMs: number;
  readonly watch: WatchPolicy;
}

/** What a release does in one environment, after its overlays. */
export interface EnvironmentPlan {
  readonly name: string;
  readonly replicas: number;
  readonly overlay: Readonly<Record<string, string>>;
  /** Absent where the environment is on no cluster. */
  readonly deployment?: ClusterDeployment;
}

/** How the colours change: with what the new one is tried before it has traffic, and how long the old one is kept. */
export interface BlueGreenSpec {
  /** Run with BASE_URL of the preview; absent: nothing but that all its replicas are ready. */
  readonly preview?: StepSpec;
  /** From the switch on. The stabilization watch is part of it. */
  readonly keepOldMs: number;
}

/** All that a release of one commit will do; resolved once, at the commit, and recorded by digest. */
export interface ReleasePlan {
  readonly model: string;
  readonly experiment: string;
  readonly train: StepSpec;
  readonly evaluate: StepSpec;
  /** Metrics of the evaluation that the candidate must reach. */
  readonly minimum: Readonly<Record<string, number>>;
  /** How much worse than the champion, per metric, a candidate may be; absent metrics are not compared. */
  readonly noWorseThanChampionBy: Readonly<Record<string, number>>;
  readonly serve: ServeSpec;
  readonly staging: EnvironmentPlan;
  readonly production: EnvironmentPlan;
  readonly integration: StepSpec;
  readonly loadTest: LoadTestSpec;
  readonly approval: ApprovalPolicy;
  /** How it behaves towards others that wait for a lane; absent in plans of version 0.1. */
  readonly lane?: LaneSpec;
  readonly canary: CanarySpec;
  /** Present: blue-green instead of a canary. */
  readonly blueGreen?: BlueGreenSpec;
  readonly stabilization: { readonly durationMs: number; readonly watch: WatchPolicy };
  /** What follows a rollback; absent: nothing. */
  readonly onRollback?: RollbackSequel;
  /** Names of the served metrics, as Prometheus sees them. */
  readonly metrics: ServedMetrics;
}

export interface RollbackSequel {
  /** A pull request that reverts the commit. */
  readonly revertPullRequest: true;
}

export interface ServedMetrics {
  readonly requests: string;
  readonly errors: string;
  readonly latency: string;
}

export type ReleasePhase =
  | 'starting'
  | 'training'
  | 'evaluating'
  | 'registering'
  | 'gating'
  | 'waitingForStagingLane'
  | 'staging'
  | 'integrationTests'
  | 'loadTest'
  | 'waitingForApproval'
  | 'waitingForProductionLane'
  | 'deploying'
  | 'canary'
  | 'preview'
  | 'fullRollout'
  | 'promoting'
  | 'stabilizing'
  | 'undoing'
  | 'ended';

export type ReleaseOutcome =
  | { readonly kind: 'released' }
  | { readonly kind: 'rejected'; readonly by: string; readonly reason: string }
  | { readonly kind: 'rolledBack'; readonly reason: string }
  | { readonly kind: 'superseded'; readonly by: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A question with a recorded answer. `evidence` is what the answer rests on, in words. */
export interface GateResult {
  readonly gate:
    | 'ci'
    | 'training'
    | 'registration'
    | 'metrics'
    | 'staging'
    | 'integration'
    | 'load'
    | 'approval'
    | 'canary'
    | 'preview'
    | 'stabilization';
  readonly passed: boolean;
  readonly at: string;
  readonly evidence: string;
}

/** The facts that an approval is bound to; `digest` is the hash of all the rest but `sealedAt`. */
export interface Evidence {
  readonly digest: string;
  /** ISO time. Absent in records of version 0.1. */
  readonly sealedAt?: string;
  readonly commit: string;
  readonly configDigest: string;
  readonly data: readonly DataFacts[];
  readonly ciRun: string;
  readonly candidateVersion: string;
  readonly championVersion: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly loadTest: LoadTestResult;
  readonly integrationLog?: ArtifactRef;
  /** What production would run, where it is on a cluster. */
  readonly image?: ImageFacts;
}

/** An image as a cluster gets it. */
export interface ImageFacts {
  /** As production's manifests would name it. */
  readonly reference: string;
  /** `sha256:…` of what ran in staging under the same name, as the cluster told it; absent where it is not known. */
  readonly digest?: string;
}

export interface LoadTestResult {
  readonly requests: number;
  readonly p95Ms: number;
  /** Share of failed requests. */
  readonly errorRate: number;
  readonly passed: boolean;
  readonly reason: string;
  readonly summary: ArtifactRef;
}

/** A person's answer. `verified`: the provider vouches for `by`; the CLI and plain signals never do. */
export interface Approval {
  readonly decision: 'approved' | 'rejected';
  readonly by: string;
  readonly provider: IdentityProvider;
  readonly verified: boolean;
  readonly at: string;
  readonly evidenceDigest: string;
  readonly comment: string;
  /** As the provider knows them. Absent in records of version 0.1. */
  readonly id?: string;
  /** Who they are in the operator's file, and the roles that they have in the environment. */
  readonly person?: string;
  readonly roles?: readonly string[];
  /** Why it does not count. Absent: it does, or did. */
  readonly ignored?: string;
  /** It counted until then: what it was about has changed. */
  readonly fell?: { readonly at: string; readonly reason: string };
}

/** A step that undid a step. `verified` means: read back, and found as before. */
export interface CompensationResult {
  readonly name: string;
  readonly verified: boolean;
  readonly detail: string;
  readonly residue: readonly string[];
}

/** What the release waits for, since when, and the command that moves it on. */
export interface Waiting {
  readonly for: string;
  readonly since: string;
  readonly next?: string;
  /** The workflow that it waits behind, where it waits for a lane. */
  readonly behind?: string;
  /** ISO time until which it waits at most; absent: nobody can know. */
  readonly until?: string;
}

export interface StepSummary {
  readonly name: string;
  readonly status: StepStatus;
  readonly seconds: number;
  readonly reason?: string;
  readonly failure?: Diagnosis;
  readonly log?: ArtifactRef;
  readonly documents: readonly ArtifactRef[];
}

/** The whole of a release, written to the store at every change of phase and answered by the `status` query. */
export interface ReleaseRecord {
  readonly id: string;
  readonly runId: string;
  readonly project: string;
  readonly model: string;
  readonly commit: string;
  readonly trigger: Trigger;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly phase: ReleasePhase;
  readonly paused: boolean;
  readonly waiting?: Waiting;
  readonly configDigest?: string;
  readonly ciRun: string;
  readonly mlflowRunId?: string;
  readonly candidateVersion?: string;
  readonly championVersion?: string | null;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly training?: TrainingFacts;
  readonly steps: readonly StepSummary[];
  readonly gates: readonly GateResult[];
  readonly evidence?: Evidence;
  readonly approvals: readonly Approval[];
  /** What was asked of people last. Absent: nothing yet, or a record of version 0.1. */
  readonly asked?: ApprovalQuestion;
  /** Each time that somebody should be told of a missing answer. Absent: none. */
  readonly reminders?: readonly Reminder[];
  readonly snapshots: readonly TargetSnapshot[];
  readonly candidateWeight: number;
  readonly weights: readonly { readonly at: string; readonly candidateWeight: number }[];
  /** The newest looks; all of them are in the histories of the watches. */
  readonly looks: readonly Look[];
  readonly lastVerdict?: Verdict;
  /** Absent: canary. */
  readonly strategy?: Strategy;
  /** The canary's limits, or those of the watch after a switch of colours. */
  readonly guardrails: readonly Guardrail[];
  readonly compensations: readonly CompensationResult[];
  readonly outcome?: ReleaseOutcome;
  readonly residue: readonly string[];
  /** What the project asks for after a rollback. Absent: nothing. */
  readonly onRollback?: RollbackSequel;
  /** What the environments have told that stops nothing, each once; the newest. Absent: nothing. */
  readonly warnings?: readonly string[];
}
