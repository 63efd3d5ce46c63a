import type { DeploymentTarget, TrafficRouter } from '../../core/ports/deployment-target.ts';
import { laneLabels } from '../names.ts';
import { setCandidate } from './candidate.ts';
import { kinds } from './kinds.ts';
import { observeLane } from './observe.ts';
import type { TargetParts } from './parts.ts';
import { promote } from './promote.ts';
import { restoreLaneTraffic } from './restore-traffic.ts';
import { restoreLane } from './restore.ts';
import { scaleTrack } from './scale.ts';
import { takeSnapshot } from './snapshot.ts';
import { createLaneRouter } from './traffic.ts';

/** Models served by Deployments of a cluster, and who splits their traffic. */
export interface ClusterTarget {
  /** Images and model files come to a cluster by its own means, and a builder of manifests refuses what cannot run. */
  readonly prepare: () => Promise<void>;
  readonly target: DeploymentTarget;
  readonly router: TrafficRouter;
}

export function createClusterTarget(parts: TargetParts): ClusterTarget {
  return {
    prepare: () => Promise.resolve(),
    target: {
      snapshot: (lane) => takeSnapshot(parts, lane),
      setCandidate: (lane, arm) => setCandidate(parts, lane, arm),
      scale: (lane, track, replicas, share) => scaleTrack(parts, lane, track, replicas, share),
      observe: (lane) => observeLane(parts, lane),
      promote: (lane, armId, tell) => promote(parts, lane, armId, tell),
      changed: (lane, withinMs) =>
        parts.cluster.changed([kinds.deployment, kinds.pod], laneLabels(lane), withinMs),
      restoreTraffic: (_lane, snapshot, tell) => restoreLaneTraffic(parts, snapshot, tell),
      restore: (_lane, snapshot, tell) => restoreLane(parts, snapshot, tell),
    },
    router: createLaneRouter(parts),
  };
}
