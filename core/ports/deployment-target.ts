import type { LaneRef } from '../ids.ts';
import type { ArmSpec, RestoreReport, TargetSnapshot, TargetStatus, Track } from '../serving.ts';

/**
 * Where a model is served. Every method says what shall be, never what shall change, so that a second call
 * after a lost answer changes nothing.
 */
export interface DeploymentTarget {
  snapshot(lane: LaneRef): Promise<TargetSnapshot>;
  /** Puts `arm` on the candidate's track (null: takes it away). Does not wait. @throws Conflict if another release's arm is there */
  setCandidate(lane: LaneRef, arm: ArmSpec | null): Promise<void>;
  /**
   * Where replicas follow the load, as many as `share` percent of it needs, judged by those that serve now; never fewer
   * than `replicas`. Answers how many shall be.
   */
  scale(lane: LaneRef, track: Track, replicas: number, share?: number): Promise<number>;
  observe(lane: LaneRef): Promise<TargetStatus>;
  /** The candidate `armId` becomes the stable arm, with no request lost; the old stable arm is taken down. */
  promote(lane: LaneRef, armId: string, onProgress: (line: string) => void): Promise<void>;
  /** Resolves when `observe` may have something new to tell, or after `withinMs`. */
  changed(lane: LaneRef, withinMs: number): Promise<void>;
  /** First half of `restore`: the snapshot's stable arm is ready and has the traffic, as the router itself reports. */
  restoreTraffic(
    lane: LaneRef,
    snapshot: TargetSnapshot,
    onProgress: (line: string) => void,
  ): Promise<RestoreReport>;
  /** Puts everything back as in the snapshot, waits, reads back, asks a replica for its version. */
  restore(
    lane: LaneRef,
    snapshot: TargetSnapshot,
    onProgress: (line: string) => void,
  ): Promise<RestoreReport>;
}

/** Who splits a lane's traffic. Weights are percent for the candidate: "set to 20", never "add 5". */
export interface TrafficRouter {
  /** As the router itself reports it. */
  get(lane: LaneRef): Promise<number>;
  /** Sets the weight and resolves once the router reports it. @throws NotVerified */
  set(lane: LaneRef, candidateWeight: number): Promise<void>;
}
