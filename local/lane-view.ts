import { laneKey, type LaneRef } from '../core/ids.ts';
import type { ArmSpec, Track } from '../core/serving.ts';
import type { DesiredLane } from './supervisor/desired-state.ts';
import type { ObservedProcess } from './supervisor/observed-state.ts';

/** A replica that may be sent traffic. */
export interface Endpoint {
  readonly index: number;
  readonly port: number;
}

export interface ArmView {
  readonly track: Track;
  readonly arm: ArmSpec;
  /** Replicas to be sent traffic, by index. */
  readonly endpoints: readonly Endpoint[];
}

/** One lane as router and metrics shall see it: what is desired, with the replicas that are ready. */
export interface LaneView {
  readonly lane: LaneRef;
  /** Port of the environment's front door. */
  readonly port: number;
  readonly arms: readonly ArmView[];
  /** Percent. */
  readonly candidateWeight: number;
}

export function viewLane(
  desired: DesiredLane,
  port: number,
  processes: readonly ObservedProcess[],
): LaneView {
  const arm = (track: Track, spec: ArmSpec | null): readonly ArmView[] =>
    spec === null ? [] : [{ track, arm: spec, endpoints: usableEndpoints(desired.lane, spec, processes) }];
  return {
    lane: desired.lane,
    port,
    arms: [...arm('stable', desired.stable), ...arm('candidate', desired.candidate)],
    candidateWeight: desired.candidateWeight,
  };
}

export function replicasOf(
  lane: LaneRef,
  armId: string,
  processes: readonly ObservedProcess[],
): readonly ObservedProcess[] {
  const key = laneKey(lane);
  return processes.filter(({ replica }) => replica?.laneKey === key && replica.armId === armId);
}

/**
 * The ready replicas. When none is, those that run without answering their health check in time: under too much
 * load a slow answer is better than none.
 */
function usableEndpoints(
  lane: LaneRef,
  arm: ArmSpec,
  processes: readonly ObservedProcess[],
): readonly Endpoint[] {
  const replicas = replicasOf(lane, arm.id, processes);
  const ready = replicas.filter(({ state }) => state === 'ready');
  const usable = ready.length > 0 ? ready : replicas.filter(({ state }) => state === 'unready');
  return usable
    .map(({ port, replica }) => ({ port, index: replica?.index ?? 0 }))
    .toSorted((a, b) => a.index - b.index);
}
