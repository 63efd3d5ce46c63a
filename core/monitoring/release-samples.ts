/** What monitoring keeps of a release, and what it tells of all of them. */
import { millisecondsBetween } from '../time.ts';
import type { GateResult, ReleaseOutcome, ReleasePhase, ReleaseRecord } from '../release.ts';
import { highest, inWindows, quantiles, sums } from './aggregate.ts';
import type { Sample } from './metric.ts';
import { recordMetrics as metrics } from './record-metrics.ts';
import type { Window } from './record-metrics.ts';

export interface OpenRelease {
  readonly project: string;
  readonly model: string;
  readonly phase: ReleasePhase;
  /** ISO time since which it is in this phase. */
  readonly since: string;
  /** Percent. */
  readonly candidateWeight: number;
}

export interface EndedRelease {
  readonly project: string;
  readonly model: string;
  readonly outcome: ReleaseOutcome['kind'];
  /** ISO time. */
  readonly endedAt: string;
  /** From the start of the commit's CI run; null of one that is not released, or whose CI run is not known or ran again since. */
  readonly leadSeconds: number | null;
  readonly gates: readonly Pick<GateResult, 'gate' | 'passed'>[];
  readonly residue: boolean;
  readonly training: Readonly<Record<'useful' | 'lost' | 'waiting', number>> | null;
}

export const openRelease = (record: ReleaseRecord): OpenRelease => ({
  project: record.project,
  model: record.model,
  phase: record.phase,
  since: record.waiting?.since ?? record.updatedAt,
  candidateWeight: record.candidateWeight,
});

/** Null while the record knows no outcome. `ciStartedAt`: when the newest CI run of its commit began. */
export function endedRelease(record: ReleaseRecord, ciStartedAt: string | null): EndedRelease | null {
  const { project, model, outcome, updatedAt: endedAt } = record;
  if (outcome === undefined) return null;
  const known = outcome.kind === 'released' && ciStartedAt !== null && ciStartedAt <= record.startedAt;
  return {
    ...{ project, model, endedAt, outcome: outcome.kind },
    leadSeconds: known ? millisecondsBetween(ciStartedAt, endedAt) / 1000 : null,
    gates: record.gates.map(({ gate, passed }) => ({ gate, passed })),
    residue: record.residue.length > 0,
    training: record.training?.ledger?.seconds ?? null,
  };
}

/** Gauges of the releases that are open `now` (milliseconds since the epoch). */
export function openSamples(releases: readonly OpenRelease[], now: number): readonly Sample[] {
  return [
    ...sums(
      metrics.releasesOpen,
      releases.map(({ project, model, phase }) => [{ project, model, phase }, 1]),
    ),
    ...highest(
      metrics.releaseWaiting,
      releases.map(({ project, model, phase, since }) => [
        { project, model, phase },
        Math.max(0, now - Date.parse(since)) / 1000,
      ]),
    ),
    ...highest(
      metrics.candidateWeight,
      releases.map(({ project, model, candidateWeight }) => [{ project, model }, candidateWeight]),
    ),
  ];
}

/** Gauges of the releases that ended in each window before `now`. */
export function endedSamples(releases: readonly EndedRelease[], now: number): readonly Sample[] {
  return inWindows(releases, now).flatMap(([window, ended]) => [
    ...sums(
      metrics.releasesEnded,
      ended.map(({ project, model, outcome }) => [{ project, model, outcome, window }, 1]),
    ),
    ...sums(
      metrics.residue,
      ended.map(({ project, model, residue }) => [{ project, model, window }, residue ? 1 : 0]),
    ),
    ...quantiles(
      metrics.leadTime,
      ended.flatMap(({ project, model, leadSeconds }) =>
        leadSeconds === null ? [] : [[{ project, model, window }, leadSeconds] as const],
      ),
    ),
    ...gateSamples(window, ended),
    ...trainingSamples(window, ended),
  ]);
}

const gateSamples = (window: Window, ended: readonly EndedRelease[]): readonly Sample[] =>
  sums(
    metrics.gates,
    ended.flatMap(({ project, model, gates }) =>
      gates.map(({ gate, passed }) => {
        const result = passed ? 'passed' : 'failed';
        return [{ project, model, gate, result, window }, 1] as const;
      }),
    ),
  );

const trainingSamples = (window: Window, ended: readonly EndedRelease[]): readonly Sample[] =>
  sums(
    metrics.trainingTime,
    ended.flatMap(({ project, model, training }) =>
      Object.entries(training ?? {}).map(
        ([kind, seconds]) => [{ project, model, kind, window }, seconds] as const,
      ),
    ),
  );
