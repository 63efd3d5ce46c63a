/**
 * A world in memory for workflow tests: every activity, with effects that can be read back, and hooks at each
 * phase. The judge is the real one; only what it counts is made up, by the second and the weight.
 */
import { createApprovalActivities } from '../../activities/approvals/index.ts';
import type { ApprovalDependencies } from '../../activities/approvals/index.ts';
import type {
  ApprovalActivities,
  GitActivities,
  LoadTestActivities,
  LookInput,
  RecordActivities,
  RegistryActivities,
  ResolvedPlan,
  RolloutActivities,
  RunStepInput,
  StepActivities,
  WatchActivities,
} from '../../activities/contracts.ts';
import type { CiRunResult } from '../../core/ci.ts';
import { laneKey } from '../../core/ids.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ReleasePhase, ReleaseRecord } from '../../core/release.ts';
import type { ArmSpec, RestoreReport, TargetSnapshot, TargetStatus } from '../../core/serving.ts';
import type { StepOutcome, WorktreeSource } from '../../core/step.ts';
import { judge } from '../../core/watch/judge.ts';
import type { Observation } from '../../core/watch/judge.ts';
import { artifact, plan as defaultPlan } from './plan.ts';

/** Share of the candidate's requests that fail, and requests a second of the whole lane. */
export interface Traffic {
  readonly requestsPerSecond: number;
  readonly candidateErrors: number;
  readonly championErrors: number;
  readonly down?: boolean;
}

interface Lane {
  stable: ArmSpec | null;
  candidate: ArmSpec | null;
  candidateWeight: number;
  readyReplicas: number;
}

const verified = (detail: string): RestoreReport => ({ verified: true, detail, residue: [] });

export class World {
  plan: ResolvedPlan = defaultPlan();
  traffic: Traffic = { requestsPerSecond: 20, candidateErrors: 0, championErrors: 0 };
  readonly lanes = new Map<string, Lane>();
  readonly aliases = new Map<string, string>();
  readonly versionTags = new Map<string, Record<string, string>>();
  readonly saved: ReleaseRecord[] = [];
  readonly ran: string[] = [];
  readonly calls: string[] = [];
  versions = 0;
  ciPassed = true;
  ciSource: WorktreeSource | undefined;
  gate: { passed: boolean; evidence: string } = { passed: true, evidence: 'accuracy 0.91, minimum 0.85' };
  /** What the environments tell that stops nothing. */
  warnings: readonly string[] = [];
  loadTestPasses = true;
  /** What saving a record or tagging a version throws. */
  storeFault: Error | undefined;
  tagFault: Error | undefined;
  /** What a step does instead of passing. */
  readonly stepOutcomes = new Map<string, (input: RunStepInput) => Promise<StepOutcome>>();
  /** Called while the workflow waits for the save of this phase. */
  readonly onPhase = new Map<ReleasePhase, (record: ReleaseRecord) => Promise<void> | void>();
  /** What a wait for replicas waits for. */
  onAwaitReady: ((environment: string, replicas: number) => Promise<void> | void) | undefined;
  onRestore: (() => void) | undefined;
  onLook: ((input: LookInput) => Promise<void> | void) | undefined;
  lane(ref: LaneRef): Lane {
    const key = laneKey(ref);
    const known = this.lanes.get(key) ?? {
      stable: null,
      candidate: null,
      candidateWeight: 0,
      readyReplicas: 0,
    };
    this.lanes.set(key, known);
    return known;
  }

  get production(): Lane {
    return this.lane({ model: 'flight-delay', environment: 'production' });
  }

  get staging(): Lane {
    return this.lane({ model: 'flight-delay', environment: 'staging' });
  }

  git(): GitActivities {
    return { resolvePlan: () => Promise.resolve(this.plan) };
  }

  steps(): StepActivities {
    return {
      runStep: async (input) => {
        this.ran.push(input.step.name);
        const special = this.stepOutcomes.get(input.step.name);
        return special === undefined ? passed(input.step.name) : special(input);
      },
    };
  }

  records(): RecordActivities {
    return {
      saveRelease: async (record) => {
        if (this.storeFault !== undefined) throw this.storeFault;
        const known = this.saved.findLast(({ id }) => id === record.id);
        this.saved.push(record);
        if (known?.phase !== record.phase) await this.onPhase.get(record.phase)?.(record);
      },
      loadRelease: ({ id }) => Promise.resolve(this.saved.findLast((record) => record.id === id) ?? null),
      saveCiRun: (input) =>
        Promise.resolve({
          ...input,
          passed:
            input.supersededBy === undefined &&
            input.steps.every(({ outcome }) => outcome.status === 'passed'),
          report: { markdown: artifact('report.md'), junit: artifact('junit.xml') },
        }),
      loadCiRun: () => Promise.resolve({ passed: this.ciPassed, source: this.ciSource } as CiRunResult),
      sealEvidence: (evidence) =>
        Promise.resolve({
          ...evidence,
          digest: `sha256:${Buffer.from(evidence.championVersion ?? 'none')
            .toString('hex')
            .padStart(64, '0')}`,
        }),
    };
  }

  /** Who vouches for people, and who they are. */
  vouching: ApprovalDependencies = {
    config: () => ({ environments: {}, people: {} }),
    forge: null,
    signingSecret: () => Promise.resolve(null),
    addressesOf: () => Promise.resolve([]),
  };

  approvals(): ApprovalActivities {
    return createApprovalActivities(this.vouching);
  }

  registry(): RegistryActivities {
    const setAlias = (alias: string, version: string | null): void => {
      this.calls.push(`alias ${alias}=${version ?? 'none'}`);
      if (version === null) this.aliases.delete(alias);
      else this.aliases.set(alias, version);
    };
    return {
      openTrainingRun: ({ key }) => Promise.resolve({ runId: `run-of-${key}` }),
      closeTrainingRun: () => Promise.resolve(),
      registerCandidate: ({ model, runId, tags }) => {
        const version = String((this.versions += 1));
        this.versionTags.set(version, { ...tags });
        return Promise.resolve({ model, version, runId, source: `models:/${model}/${version}`, tags });
      },
      judgeCandidate: () =>
        Promise.resolve({ ...this.gate, championVersion: this.aliases.get('champion') ?? null }),
      describeAlias: ({ model, alias }) => {
        const version = this.aliases.get(alias);
        if (version === undefined) return Promise.resolve(null);
        const tags = this.versionTags.get(version) ?? {};
        return Promise.resolve({ version: { model, version, runId: 'r', source: 's', tags }, metrics: {} });
      },
      setAlias: ({ alias, version }) => {
        setAlias(alias, version);
        return Promise.resolve();
      },
      restoreAlias: ({ alias, own, version }) => {
        const now = this.aliases.get(alias);
        if (now !== undefined && now !== own && now !== version)
          return Promise.resolve(verified(`${alias} stays on ${now}`));
        setAlias(alias, version);
        return Promise.resolve(verified(`${alias} is ${version ?? 'unset'}`));
      },
      tagVersion: ({ version, tags }) => {
        if (this.tagFault !== undefined) throw this.tagFault;
        this.versionTags.set(version, { ...this.versionTags.get(version), ...tags });
        return Promise.resolve();
      },
    };
  }

  rollout(): RolloutActivities {
    const statusOf = (ref: LaneRef): TargetStatus => ({
      lane: ref,
      arms: [],
      candidateWeight: this.lane(ref).candidateWeight,
      baseUrl: `http://${ref.environment}.test`,
      previewUrl: `http://preview.${ref.environment}.test`,
      previewHeaders: { team: 'ml' },
      ...(this.warnings.length === 0 ? {} : { warnings: this.warnings }),
    });
    const restore = (to: TargetSnapshot): RestoreReport => {
      Object.assign(this.lane(to.lane), {
        stable: to.stable,
        candidate: to.candidate,
        candidateWeight: to.candidateWeight,
      });
      return verified(`${to.lane.environment} serves ${to.stable?.version ?? 'nothing'}`);
    };
    return {
      planArm: (input) => Promise.resolve({ ...input, id: `${input.model}-v${input.version}` }),
      snapshot: (ref) => {
        const { stable, candidate, candidateWeight } = this.lane(ref);
        return Promise.resolve({
          lane: ref,
          takenAt: '2026-01-01T00:00:00.000Z',
          stable,
          candidate,
          candidateWeight,
        });
      },
      deployCandidate: ({ lane, arm }) => {
        this.lane(lane).candidate = arm;
        this.calls.push(`deploy ${arm.id} to ${lane.environment}`);
        return Promise.resolve();
      },
      awaitReady: async ({ lane, replicas }) => {
        await this.onAwaitReady?.(lane.environment, replicas);
        this.lane(lane).readyReplicas = replicas;
        return statusOf(lane);
      },
      scaleCandidate: ({ replicas }) => Promise.resolve(replicas),
      setWeight: ({ lane, candidateWeight }) => {
        this.lane(lane).candidateWeight = candidateWeight;
        this.calls.push(`weight ${lane.environment}=${candidateWeight}`);
        return Promise.resolve(statusOf(lane));
      },
      promote: ({ lane, armId }) => {
        const it = this.lane(lane);
        if (it.candidate?.id === armId)
          Object.assign(it, { stable: it.candidate, candidate: null, candidateWeight: 0 });
        return Promise.resolve(statusOf(lane));
      },
      observe: (ref) => Promise.resolve(statusOf(ref)),
      restoreTraffic: (to) => {
        this.calls.push(`restore traffic ${to.lane.environment}`);
        this.lane(to.lane).candidateWeight = to.candidateWeight;
        return Promise.resolve(verified(`${to.candidateWeight} % to the candidate`));
      },
      restoreTarget: (to) => {
        this.calls.push(`restore ${to.lane.environment}`);
        this.onRestore?.();
        return Promise.resolve(restore(to));
      },
    };
  }

  watch(): WatchActivities {
    return {
      checkMetrics: () => Promise.resolve(),
      look: async (input) => {
        await this.onLook?.(input);
        const { state, ...judged } = judge({ ...input, observation: this.#observe(input) });
        const { candidate, champion, looks: number } = state;
        const look = {
          number,
          at: state.countedUntil,
          phase: input.phase,
          candidate,
          champion,
          queries: [],
          ...judged,
        };
        return { look, state };
      },
    };
  }

  loadTest(): LoadTestActivities {
    const result = () => ({
      requests: 1000,
      p95Ms: this.loadTestPasses ? 120 : 900,
      errorRate: 0,
      passed: this.loadTestPasses,
      reason: this.loadTestPasses ? 'P95 120 ms < 500 ms' : 'P95 900 ms is not below 500 ms',
      summary: artifact('summary.json'),
    });
    return { runLoadTest: () => Promise.resolve({ result: result(), log: artifact('k6.log') }) };
  }

  /** Requests of each arm since the last look, by the weight that is set now. */
  #observe(input: LookInput): Observation {
    if (this.traffic.down === true) return { kind: 'providerError', reason: 'connection refused' };
    const total = Math.round((this.traffic.requestsPerSecond * input.policy.intervalMs) / 1000);
    const candidate = Math.round((total * this.lane(input.lane).candidateWeight) / 100);
    const count = (requests: number, errors: number) => ({
      total: requests,
      errors: Math.round(requests * errors),
      slow: 0,
    });
    return {
      kind: 'counts',
      until: new Date().toISOString(),
      candidate: count(candidate, this.traffic.candidateErrors),
      candidateSamples: 10,
      champion: input.championArm === null ? null : count(total - candidate, this.traffic.championErrors),
    };
  }
}

export const passed = (name: string): StepOutcome => ({
  status: 'passed',
  seconds: 1,
  log: artifact(`${name}.log`),
  documents: [],
  notes: [],
  outputs: [{ path: `out/${name}`, kind: 'file', artifact: artifact(name) }],
  metrics: { accuracy: 0.91 },
});

export const failed = (reason: string): StepOutcome => ({
  status: 'failed',
  reason,
  lastLines: ['E   assert 1 == 2'],
  seconds: 1,
  documents: [],
  notes: [],
});
