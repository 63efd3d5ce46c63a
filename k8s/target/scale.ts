import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Track } from '../../core/serving.ts';
import type { Cluster, Manifest, ObjectRef } from '../api/cluster.ts';
import { laneLabels } from '../names.ts';
import { autoscaled } from './comparable.ts';
import { boundsOf } from './held-up.ts';
import { kinds } from './kinds.ts';
import type { LaneState, ServedArm } from './layout.ts';
import { routerOf, type TargetParts } from './parts.ts';
import { readLane } from './read-lane.ts';
import { refOf } from './restoration.ts';
import { replicasForShare } from './share.ts';

/**
 * As many replicas as asked for, or at least as many where an autoscaler may add to them. A share of the traffic needs
 * more where those that serve now have followed the load, up to what their autoscaler allows.
 *
 * @returns how many shall be
 */
export async function scaleTrack(
  parts: TargetParts,
  lane: LaneRef,
  track: Track,
  asked: number,
  share?: number,
): Promise<number> {
  const { cluster } = parts;
  const state = await readLane(parts, lane);
  const served = state[track];
  if (served === null)
    throw new LonghaulError('Conflict', `${lane.environment} has no ${track} arm to scale.`);
  const [ofLane, all] = await Promise.all(
    [laneLabels(lane), {}].map((labels) => cluster.list(kinds.autoscaler, labels)),
  );
  const own = ofLane?.find((object) => scales(object, served));
  const following = own ?? all?.find((object) => state.stable !== null && scales(object, state.stable));
  const replicas =
    share === undefined || following === undefined
      ? asked
      : Math.max(
          asked,
          Math.min(boundsOf(following).maxReplicas ?? asked, await shareOf(parts, state, share)),
        );
  if (own !== undefined)
    await cluster.patch(refOf(own), [
      { op: 'add', path: '/spec/maxReplicas', value: Math.max(replicas, boundsOf(own).maxReplicas ?? 1) },
      { op: 'add', path: '/spec/minReplicas', value: replicas },
    ]);
  const { replicas: now } = served.view.spec;
  if (own === undefined ? now !== replicas : now < replicas)
    await setReplicas(cluster, refOf(served.deployment), replicas);
  return replicas;
}

async function shareOf(parts: TargetParts, state: LaneState, share: number): Promise<number> {
  const [stable = 0, candidate = 0] = [state.stable, state.candidate].map((arm) => arm?.view.spec.replicas);
  return replicasForShare(share, { stable, candidate, weight: await routerOf(parts, state).get(state.lane) });
}

const scales = (autoscaler: Manifest, { deployment }: ServedArm): boolean =>
  autoscaled([autoscaler]).includes(deployment.metadata.name);

export async function setReplicas(cluster: Cluster, deployment: ObjectRef, replicas: number): Promise<void> {
  await cluster.patch(deployment, [{ op: 'add', path: '/spec/replicas', value: replicas }]);
}
