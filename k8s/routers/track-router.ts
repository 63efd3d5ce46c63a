import type { LaneRef } from '../../core/ids.ts';
import type { Manifest, ObjectRef } from '../api/cluster.ts';

/**
 * Who splits the traffic between the two arms of a lane: Istio, a Gateway API HTTPRoute, shares of replicas behind a
 * plain Service, or (blue-green) the Service's selector. `arm` is the candidate's id: a weight is set for it and for
 * no other.
 */
export interface TrackRouter {
  /** Makes what must stand before a candidate can get traffic: subsets, Services of tracks, a route where there is none. */
  prepare(lane: LaneRef): Promise<void>;
  /** Percent of the candidate, as the routing objects say it now. */
  get(lane: LaneRef): Promise<number>;
  /**
   * Sets the weight and reads it back. A write that meets another is read again and judged again; where somebody else
   * has set another weight since Longhaul's last, that is told and not overwritten, unless `force` (an undo).
   * @throws LonghaulError Conflict with who changed what, NotVerified
   */
  set(
    lane: LaneRef,
    given: { readonly weight: number; readonly arm: string | null; readonly force?: boolean },
  ): Promise<void>;
  /** Objects that a snapshot keeps. */
  readonly touches: (lane: LaneRef) => readonly ObjectRef[];
  /** Puts routes and weights back as they are in a snapshot's objects. @returns what could not be put back */
  restore(lane: LaneRef, objects: readonly Manifest[]): Promise<readonly string[]>;
  /** What people should know of this router: a coarse split. */
  readonly warnings: (lane: LaneRef, weight: number) => Promise<readonly string[]>;
}
