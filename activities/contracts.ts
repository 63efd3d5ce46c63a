/**
 * What workflows may ask of the world: one interface an area, implemented by `create<Area>Activities(deps)`.
 * Each call may run twice or lose its answer: all of them compare, set, and read back.
 */
import type { Answerer } from '../core/approval.ts';
import type {
  AnnouncedSubject,
  Announcement,
  AnnouncementChannel,
  Told,
  ToldByKey,
} from '../core/announcement.ts';
import type { ArtifactRef, OutputRef } from '../core/artifact.ts';
import type { CiPlan, CiRunInput, CiRunResult, CiStepResult, Trigger } from '../core/ci.ts';
import type { CommandEvent, ScheduleEvent, TriggerEvent } from '../core/forge-event.ts';
import type { Proof } from '../core/identity.ts';
import type { LaneRef } from '../core/ids.ts';
import type { Freeze, LaneRequest } from '../core/lane.ts';
import type { PlannedArm } from '../core/planned-arm.ts';
import type { ModelRegistry } from '../core/ports/model-registry.ts';
import type { Whisper } from '../core/ports/notifier.ts';
import type { CommitRef } from '../core/ports/workspace.ts';
import type { ReconcilerState } from '../core/redeliveries.ts';
import type {
  Evidence,
  LoadTestResult,
  LoadTestSpec,
  ReleasePlan,
  ReleaseRecord,
  ServedMetrics,
} from '../core/release.ts';
import type { ArmSpec, ModelVersion, RestoreReport, TargetSnapshot, TargetStatus } from '../core/serving.ts';
import type {
  CacheMode,
  FailureKind,
  RunContext,
  StepOutcome,
  StepSpec,
  WorktreeSource,
} from '../core/step.ts';
import type { ConfigurationName } from '../core/trigger-policy.ts';
import type { PullRequestRef, TriggerAction, TriggerDecision } from '../core/trigger.ts';
import type { Look, WatchPolicy, WatchState } from '../core/watch.ts';
import type { Answer, PersonMessage } from '../workflows/messages.ts';

/** Area git (queue steps): the mirror, the commit, and the configuration at that commit. */
export interface GitActivities {
  /** Fetches the commit into the mirror and resolves the file at it. @throws UnknownCommit, InvalidConfig, NotPermitted */
  resolvePlan(input: PlanRequest): Promise<ResolvedPlan>;
}

export interface PlanRequest extends CommitRef {
  /** Whose configuration CI runs with; staging's when absent. */
  readonly configuration?: ConfigurationName;
}

export interface ResolvedPlan {
  readonly ci: CiPlan;
  /** Absent when the file has no `release` part. */
  readonly release?: ReleasePlan;
  readonly configDigest: string;
  /** Subject line of the commit. */
  readonly subject: string;
}

/** Area steps (queues steps and gpu). */
export interface StepActivities {
  /**
   * Runs one step in a fresh worktree under a guard. A failing command is an outcome; only infrastructure throws.
   * `inputs` are outputs of the steps that it needs; `extraEnv` adds such as MLFLOW_RUN_ID or BASE_URL.
   */
  runStep(input: RunStepInput): Promise<StepOutcome>;
}

export interface RunStepInput {
  readonly run: RunContext;
  readonly step: StepSpec;
  readonly inputs: readonly OutputRef[];
  readonly extraEnv: Readonly<Record<string, string>>;
  /** Which try this is, from 1, as the workflow counts; absent: as Temporal counts. */
  readonly attempt?: number;
  /** How many rungs of `step.onOutOfMemory` are in effect. */
  readonly rungs?: number;
  /** How the attempts before this one ended, for the ledger. */
  readonly earlier?: readonly EarlierAttempt[];
}

export interface EarlierAttempt {
  readonly number: number;
  readonly ended: FailureKind;
  readonly reason: string;
  /** ISO times at which the workflow handed it out and heard of its end. */
  readonly from: string;
  readonly to: string;
}

/** Area records (queue orchestration). */
export interface RecordActivities {
  saveRelease(record: ReleaseRecord): Promise<void>;
  loadRelease(input: { readonly id: string }): Promise<ReleaseRecord | null>;
  /** Writes report.md and junit.xml of a CI run, and keeps the whole result under its id. */
  saveCiRun(input: {
    readonly id: string;
    readonly project: string;
    readonly commit: string;
    readonly trigger: Trigger;
    readonly startedAt: string;
    readonly seconds: number;
    readonly configDigest: string;
    readonly steps: readonly CiStepResult[];
    readonly runId?: string;
    readonly cache?: CacheMode;
    readonly source?: WorktreeSource;
    readonly pullRequest?: number;
    readonly untrusted?: true;
    readonly configuration?: ConfigurationName;
    readonly supersededBy?: string;
  }): Promise<CiRunResult>;
  loadCiRun(input: { readonly id: string }): Promise<CiRunResult | null>;
  /** Hash over the canonical form of the evidence, and when it was made. */
  sealEvidence(evidence: Omit<Evidence, 'digest' | 'sealedAt'>): Promise<Evidence>;
}

/** Area registry (queue deploy). */
export interface RegistryActivities {
  /**
   * The gate of a candidate: each minimum reached, and no metric worse than the champion's by more than its margin
   * (core/gate.ts). The champion is the version with the alias `champion`; its metrics are those of its tag
   * `longhaul.metrics` (JSON), else of its run.
   */
  judgeCandidate(input: {
    readonly model: string;
    readonly metrics: Readonly<Record<string, number>>;
    readonly minimum: Readonly<Record<string, number>>;
    readonly noWorseThanChampionBy: Readonly<Record<string, number>>;
  }): Promise<{
    readonly passed: boolean;
    readonly evidence: string;
    readonly championVersion: string | null;
  }>;
  openTrainingRun(input: {
    readonly experiment: string;
    readonly name: string;
    readonly key: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<{ readonly runId: string }>;
  closeTrainingRun(input: {
    readonly runId: string;
    readonly status: 'FINISHED' | 'FAILED' | 'KILLED';
  }): Promise<void>;
  registerCandidate(input: {
    readonly model: string;
    readonly runId: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<ModelVersion>;
  /** The version that carries the alias, with its run's metrics; null when none does. */
  describeAlias(input: { readonly model: string; readonly alias: string }): Promise<{
    readonly version: ModelVersion;
    readonly metrics: Readonly<Record<string, number>>;
  } | null>;
  /** Sets the alias to `version` (null removes it), with `expected` before it, and reads it back. */
  setAlias(input: Parameters<ModelRegistry['setAlias']>[0]): Promise<void>;
  /**
   * Puts an alias back to `version`, what it was before the caller put it on `own`; verified by reading back. An
   * alias that somebody else has put on a third version meanwhile stays there.
   */
  restoreAlias(input: {
    readonly model: string;
    readonly alias: string;
    readonly own: string;
    readonly version: string | null;
  }): Promise<RestoreReport>;
  tagVersion(input: {
    readonly model: string;
    readonly version: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<void>;
}

/** Area rollout (queue deploy): DeploymentTarget and TrafficRouter of the lane's environment. */
export interface RolloutActivities {
  /** Content-addressed id of an arm; the same arm has the same id. @throws InvalidConfig for a variable in its image that there is not */
  planArm(input: PlannedArm): Promise<ArmSpec>;
  snapshot(input: LaneRef): Promise<TargetSnapshot>;
  /** Prepares code, environment and model files of the arm, and puts it on the candidate's track. */
  deployCandidate(input: { readonly lane: LaneRef; readonly arm: ArmSpec }): Promise<void>;
  /** Resolves once `replicas` of the track are ready. @throws NotReady told by its cause */
  awaitReady(input: {
    readonly lane: LaneRef;
    readonly armId: string;
    readonly replicas: number;
    readonly timeoutMs: number;
  }): Promise<TargetStatus>;
  /** Answers how many replicas shall be: more than asked for, where they follow the load. Histories of 0.1 have no answer. */
  scaleCandidate(input: {
    readonly lane: LaneRef;
    readonly armId: string;
    readonly replicas: number;
    /** Share of the traffic, in percent, that they are to take. */
    readonly weight?: number;
  }): Promise<number | undefined>;
  /** Sets the candidate's share and reads it back from the router. */
  setWeight(input: { readonly lane: LaneRef; readonly candidateWeight: number }): Promise<TargetStatus>;
  promote(input: { readonly lane: LaneRef; readonly armId: string }): Promise<TargetStatus>;
  observe(input: LaneRef): Promise<TargetStatus>;
  /** First half of an undo: traffic away from the candidate, read back. */
  restoreTraffic(input: TargetSnapshot): Promise<RestoreReport>;
  /** Second half: processes and config as in the snapshot, read back and asked for their version. */
  restoreTarget(input: TargetSnapshot): Promise<RestoreReport>;
}

/** Area metrics (queue deploy). */
export interface WatchActivities {
  /** Finds a missing histogram edge or a missing series before traffic depends on it. @throws Rejected */
  checkMetrics(input: {
    readonly lane: LaneRef;
    readonly armId: string;
    readonly metrics: ServedMetrics;
    readonly policies: readonly WatchPolicy[];
  }): Promise<void>;
  /** One look: counts since the last one, the judgement, and the state to carry on. */
  look(input: LookInput): Promise<{ readonly look: Look; readonly state: WatchState }>;
}

export interface LookInput {
  readonly lane: LaneRef;
  readonly phase: string;
  readonly candidateArm: string;
  readonly championArm: string | null;
  readonly metrics: ServedMetrics;
  readonly policy: WatchPolicy;
  readonly state: WatchState;
  /** The planned time is over: judge for good, or say what is missing. */
  readonly concluding: boolean;
  /** How long the watch has already gone on past its planned end. */
  readonly extendedMs: number;
  /** A person said to go on although the champion breaks the same limit. */
  readonly acknowledged: boolean;
}

/** Area load-test (queue deploy). */
export interface LoadTestActivities {
  runLoadTest(input: {
    readonly run: RunContext;
    readonly spec: LoadTestSpec;
    readonly baseUrl: string;
    /** What a request there needs to reach the model; absent: nothing. */
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<{
    readonly result: LoadTestResult;
    readonly log: ArtifactRef;
  }>;
}

/** Area deliveries (queue orchestration): what the forge could not deliver. */
export interface DeliveryActivities {
  /** One look. All are 0 where the credentials cannot ask. @throws Unreachable, NotPermitted */
  reconcile(input: { readonly everyMs: number; readonly last?: ReconcilerState }): Promise<{
    readonly failed: number;
    readonly asked: number;
    /** Could not be asked for: the forge has forgotten them. */
    readonly refused: number;
    readonly next: ReconcilerState;
  }>;
}

/** Area lanes (queue orchestration): messages that need a client, and the operator's freezes. */
export interface LaneActivities {
  /** Signals the lane with start: it exists from the first request on. */
  requestLane(input: LaneRequest & { readonly lane: LaneRef }): Promise<void>;
  releaseLane(input: {
    readonly lane: LaneRef;
    readonly holder: string;
    readonly runId: string;
  }): Promise<void>;
  /**
   * Who holds a lane by a workflow of its own, whatever the lane knows, and the operator's freezes that hold at the ISO
   * time `at` or come next.
   */
  surveyLane(input: { readonly lane: LaneRef; readonly at: string }): Promise<LaneSurvey>;
  /** Whether a workflow run is still open; without `runId`, the workflow's newest run. */
  isOpen(input: { readonly workflowId: string; readonly runId?: string }): Promise<boolean>;
}

export interface LaneSurvey {
  readonly heldBy: { readonly holder: string; readonly runId: string; readonly since: string } | null;
  readonly freezes: readonly Freeze[];
}

/** Area approvals (queue orchestration). */
export interface ApprovalActivities {
  /** Who has given an answer, by what a provider vouches for. A false proof is a result; what passes is thrown. */
  weigh(input: WeighInput): Promise<Weighed>;
}

export interface WeighInput {
  readonly release: string;
  readonly project: string;
  readonly commit: string;
  readonly environment: string;
  readonly word: 'approve' | 'reject';
  /** As the sender says them; of a comment on the forge only what stands there counts. */
  readonly evidence?: string;
  readonly comment?: string;
  readonly proof: Proof;
  /** ISO time of the evidence that is asked about. */
  readonly sealedAt: string;
  readonly evidenceDigest: string;
  /** Roles that may answer; empty: on the forge whoever may write to the repository, in a chat anyone. */
  readonly roles: readonly string[];
  /** Whether it matters who wrote what is released. */
  readonly notTheAuthor: boolean;
}

export type Weighed =
  | {
      readonly proven: true;
      readonly answerer: Answerer;
      readonly evidence?: string;
      readonly comment: string;
      /** Why the answer does not count although they gave it. */
      readonly against?: string;
    }
  | { readonly proven: false; readonly reason: string };

/** Area triggers (queue orchestration). */
export interface TriggerActivities {
  /** What an event starts, by the file of the base branch and what git and the forge say now. */
  decideTrigger(input: { readonly event: TriggerEvent }): Promise<TriggerDecision>;
  /** What a look at the source of the data comes to: nothing at the first, or when it saw the same as the last. */
  judgeData(input: { readonly event: ScheduleEvent; readonly digest: string }): Promise<TriggerDecision>;
  keepDataSeen(input: { readonly project: string; readonly digest: string }): Promise<void>;
  /** Makes the schedules of a project as the file of its own branch says; a sentence for each that changed. */
  syncSchedules(input: { readonly project: string }): Promise<readonly string[]>;
  /** Starts the CI run of a commit, or joins the open one; with a listener that hears of its end. */
  startCi(input: {
    readonly run: CiRunInput;
    readonly listener?: string;
  }): Promise<{ readonly id: string; readonly runId: string }>;
  /**
   * Tells the open CI runs of a pull request to make way for its head; `isHead` is false, and nobody is told, where the
   * commit is not the head any more.
   */
  supersedeOlder(input: {
    readonly pullRequest: PullRequestRef;
    readonly commit: string;
  }): Promise<{ readonly isHead: boolean; readonly superseded: readonly string[] }>;
  /**
   * Starts the release of a commit whose CI has passed, or finds the open one. The same `key` starts one release.
   * `first`: nothing where the commit was released before, or a newer one of its branch was.
   */
  beginRelease(input: {
    readonly project: string;
    readonly commit: string;
    readonly trigger: Trigger;
    readonly kind: 'first' | 'again';
    readonly hotfix: boolean;
    readonly key: string;
  }): Promise<{ readonly id: string | null; readonly told: string }>;
  /** Says a person's word to the open release of a commit, and gives its answer. */
  tellRelease(input: {
    readonly action: Extract<TriggerAction, { readonly kind: 'tell' }>;
    readonly comment: number;
  }): Promise<{ readonly accepted: boolean; readonly message: string }>;
  /** Says on a pull request of a stranger what it waits for, in the one comment there. */
  tellWaiting(input: {
    readonly pullRequest: PullRequestRef;
    readonly commit: string;
    readonly author: string;
  }): Promise<void>;
  /** Shows at a comment with a command what becomes of it: seen, done, or refused with the reason. */
  answerCommand(input: {
    readonly event: CommandEvent;
    readonly state: 'seen' | 'done' | 'refused';
    readonly message: string;
  }): Promise<void>;
}

/** Area presses (queue orchestration): what people have pressed in Slack. */
export interface PressActivities {
  /** Says it to the release, and answers what the release does; `key` tells a retry from a second press. */
  sayToRelease(input: {
    readonly release: string;
    readonly word: 'approve' | 'reject';
    readonly message: PersonMessage;
    readonly key: string;
  }): Promise<Answer>;
  /** Tells the person what came of it, where nobody else sees it. */
  whisperAnswer(input: Omit<Whisper, 'text'> & { readonly answer: Answer }): Promise<void>;
}

/** Area forge (queue orchestration): what changes code there. */
export interface ForgeActivities {
  /**
   * Pushes a branch that undoes the commit of a release that was rolled back, and opens a pull request from it, once.
   * What git cannot undo by itself is a result. @throws Unreachable, NotPermitted, UnknownCommit
   */
  openRevert(input: {
    readonly project: string;
    readonly commit: string;
    readonly release: string;
    readonly reason: string;
  }): Promise<OpenedRevert>;
}

export type OpenedRevert =
  | { readonly kind: 'opened'; readonly number: number; readonly url: string }
  | { readonly kind: 'notReverted'; readonly reason: string };

/** Area announce (queue orchestration): what the forge and the chat show of a run. */
export interface AnnounceActivities {
  /** What is to be told now, in order; `ended`: the run has ended, so nothing more will come. Empty where nobody listens. */
  outstanding(input: {
    readonly subject: AnnouncedSubject;
    readonly channel: AnnouncementChannel;
    readonly told: ToldByKey;
  }): Promise<{ readonly items: readonly Announcement[]; readonly ended: boolean }>;
  /** Tells what stands under a key as it is now. Null when there is nothing under it any more. */
  tell(input: {
    readonly subject: AnnouncedSubject;
    readonly channel: AnnouncementChannel;
    readonly key: string;
    readonly told: ToldByKey;
  }): Promise<Told | null>;
  /** What an announcer before this one has told of the same run. */
  recall(input: { readonly subject: AnnouncedSubject }): Promise<ToldByChannel>;
  remember(input: { readonly subject: AnnouncedSubject; readonly told: ToldByChannel }): Promise<void>;
}

export type ToldByChannel = Partial<Readonly<Record<AnnouncementChannel, ToldByKey>>>;
