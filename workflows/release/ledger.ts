import {
  CancellationScope,
  log,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { ciRunId, searchAttributes } from '../../core/ids.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { LaneWait } from '../../core/lane.ts';
import { releaseDetails } from '../../core/render/release-details.ts';
import type {
  GateResult,
  ReleaseInput,
  ReleasePhase,
  ReleaseRecord,
  StepSummary,
  Waiting,
} from '../../core/release.ts';
import type { StepOutcome } from '../../core/step.ts';
import type { Look } from '../../core/watch.ts';
import { records, saving } from '../activities.ts';
import { failureReason } from '../failure-reason.ts';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const phaseKey = keyword(searchAttributes.phase);
const outcomeKey = keyword(searchAttributes.outcome);
const environmentKey = keyword(searchAttributes.environment);

/** Looks that the record keeps; the rest is in the histories of the watches. */
const keptLooks = 100;

const keptWarnings = 20;
/** Characters of a warning that are kept. */
const warningLength = 400;

/** The record of a running release: the only place that changes it, shows it and saves it. */
export class Ledger {
  #record: ReleaseRecord;

  constructor(record: ReleaseRecord) {
    this.#record = record;
  }

  get record(): ReleaseRecord {
    return this.#record;
  }

  /** Changes the record and what the Temporal UI shows of it. */
  note(change: Partial<ReleaseRecord>): void {
    this.#record = { ...this.#record, ...change, updatedAt: new Date().toISOString() };
    setCurrentDetails(releaseDetails(this.#record));
  }

  /** Enters a phase: searchable, shown, and saved outside the history. */
  async enter(phase: ReleasePhase, waiting?: Omit<Waiting, 'since'>): Promise<void> {
    this.wait(waiting);
    this.note({ phase });
    const outcome = this.#record.outcome;
    upsertSearchAttributes([
      { key: phaseKey, value: phase },
      ...(outcome === undefined ? [] : [{ key: outcomeKey, value: outcome.kind }]),
    ]);
    await this.save();
  }

  /** What the release waits for from now on; nothing when absent. */
  wait(waiting?: Omit<Waiting, 'since'>): void {
    const { waiting: _, ...rest } = this.#record;
    this.#record =
      waiting === undefined ? rest : { ...rest, waiting: { ...waiting, since: new Date().toISOString() } };
    this.note({});
  }

  /** The same wait, for what is left of it. */
  waitsStill(what: string): void {
    const { waiting } = this.#record;
    if (waiting !== undefined) this.note({ waiting: { ...waiting, for: what } });
  }

  /** Why it does not have its lane yet, as the lane says. An undo waits for its compensations, whatever these wait for. */
  waitForLane({ environment }: LaneRef, { behind, since, until, why }: LaneWait): void {
    const { phase } = this.#record;
    if (phase !== 'waitingForStagingLane' && phase !== 'waitingForProductionLane') return;
    const known = { ...(behind === undefined ? {} : { behind }), ...(until === undefined ? {} : { until }) };
    this.note({ waiting: { for: `lane ${environment}: ${why}`, since, ...known } });
  }

  inEnvironment(environment: string): void {
    upsertSearchAttributes([{ key: environmentKey, value: environment }]);
  }

  gate(gate: GateResult['gate'], passed: boolean, evidence: string): void {
    const others = this.#record.gates.filter((known) => known.gate !== gate);
    this.note({ gates: [...others, { gate, passed, at: new Date().toISOString(), evidence }] });
  }

  step(name: string, outcome: StepOutcome): void {
    const others = this.#record.steps.filter((known) => known.name !== name);
    this.note({ steps: [...others, summaryOf(name, outcome)] });
  }

  weight(candidateWeight: number): void {
    const at = new Date().toISOString();
    this.note({ candidateWeight, weights: [...this.#record.weights, { at, candidateWeight }] });
  }

  /** What an environment tells that stops nothing, each once. */
  warn(warnings: readonly string[] = []): void {
    const known = this.#record.warnings ?? [];
    const told = [...new Set([...known, ...warnings.map((warning) => warning.slice(0, warningLength))])];
    if (told.length > known.length) this.note({ warnings: told.slice(-keptWarnings) });
  }

  look(look: Look): void {
    const before = this.#record.looks.map(withoutQueriesUnlessDecisive);
    this.note({ looks: [...before, look].slice(-keptLooks), lastVerdict: look.verdict });
  }

  /**
   * Saved even while the release is being cancelled: the record is what outlives the history. A store that is away
   * or full stops no release, least of all an undo: the next save has all of it.
   */
  async save(): Promise<void> {
    const { phase } = this.#record;
    const store = (phase === 'ended' ? records : saving)(`save the record: ${phase}`);
    try {
      await CancellationScope.nonCancellable(() => store.saveRelease(this.#record));
    } catch (error) {
      log.warn('the record is not saved', { phase, reason: failureReason(error) });
    }
  }
}

/** The queries of a look that decided nothing are in its watch's history alone: records stay small. */
const withoutQueriesUnlessDecisive = (look: Look): Look =>
  look.action === 'continue' && look.queries.length > 0 ? { ...look, queries: [] } : look;

/** The record of a release that begins now, in this workflow. */
export function newRecord(input: ReleaseInput): ReleaseRecord {
  const now = new Date().toISOString();
  return {
    id: workflowInfo().workflowId,
    runId: workflowInfo().runId,
    project: input.project,
    model: '',
    commit: input.commit,
    trigger: input.trigger,
    startedAt: now,
    updatedAt: now,
    phase: 'starting',
    paused: false,
    ciRun: ciRunId(input.project, input.commit),
    steps: [],
    gates: [],
    approvals: [],
    snapshots: [],
    candidateWeight: 0,
    weights: [],
    looks: [],
    guardrails: [],
    compensations: [],
    residue: [],
  };
}

function summaryOf(name: string, outcome: StepOutcome): StepSummary {
  const reason = 'reason' in outcome ? { reason: outcome.reason } : {};
  if (outcome.status === 'cancelled' || outcome.status === 'skipped') {
    return { name, status: outcome.status, seconds: 0, documents: [], ...reason };
  }
  const { status, seconds, documents, log, failure } = outcome;
  return {
    ...{ name, status, seconds, documents },
    ...(log === undefined ? {} : { log }),
    ...reason,
    ...(failure === undefined ? {} : { failure }),
  };
}
