import type { LaneRef } from '../../core/ids.ts';
import type { Manifest, ObjectRef } from '../api/cluster.ts';

/**
 * Who splits the traffic between the two arms of a lane: Istio, a Gateway API HTTPRoute, shares of replicas behind a
 * plain Service, or (blue-green) the Service's selector. The Service itself stands before `prepare`, and an arm is
 * ready before it is given a weight: neither is a router's work.
 */
export interface TrackRouter {
  /**
   * Makes what must stand before a candidate is deployed: subsets, Services of tracks, a route where there is none.
   * Changes no weight, and refuses a route that somebody else has changed since Longhaul's last write.
   * @throws LonghaulError Conflict, NotFound, Rejected
   */
  prepare(lane: LaneRef): Promise<void>;
  /** Percent of the candidate, as the routing objects say it now. */
  get(lane: LaneRef): Promise<number>;
  /**
   * Sets the weight and reads it back. A write that meets another is read again and judged again; where somebody else
   * has set another weight since Longhaul's last, that is told and not overwritten, unless `force` (an undo).
   *
   * @returns what people should know: what of others an undo has overwritten
   * @throws LonghaulError Conflict with who changed what, NotVerified
   */
  set(lane: LaneRef, asked: AskedWeight): Promise<readonly string[]>;
  /** Objects that a snapshot keeps. */
  touches(lane: LaneRef): Promise<readonly ObjectRef[]>;
  /**
   * Puts routes and weights back as they are in a snapshot's objects, once the candidate is gone: a route without
   * subsets reaches every pod. What Longhaul has made since goes. @returns what could not be put back
   */
  restore(lane: LaneRef, objects: readonly Manifest[]): Promise<readonly string[]>;
  /** What people should know of this router: a coarse split. */
  warnings(lane: LaneRef, weight: number): Promise<readonly string[]>;
}

export interface AskedWeight {
  /** Whole percent of the candidate. */
  readonly weight: number;
  /** Id of the candidate: a weight is set for it and for no other. Null: there is none any more, or soon. */
  readonly arm: string | null;
  /** Weights that others have set are overwritten: an undo. */
  readonly force?: boolean;
}
