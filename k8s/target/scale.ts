import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Track } from '../../core/serving.ts';
import type { Cluster, Manifest, ObjectRef } from '../api/cluster.ts';
import { laneLabels } from '../names.ts';
import { autoscaled, isFields } from './comparable.ts';
import { kinds } from './kinds.ts';
import type { TargetParts } from './parts.ts';
import { readLane } from './read-lane.ts';
import { refOf } from './restoration.ts';

/** As many replicas as asked for, or at least as many where an autoscaler may add to them. */
export async function scaleTrack(
  parts: TargetParts,
  lane: LaneRef,
  track: Track,
  replicas: number,
): Promise<void> {
  const { cluster } = parts;
  const served = (await readLane(parts, lane))[track];
  if (served === null)
    throw new LonghaulError('Conflict', `${lane.environment} has no ${track} arm to scale.`);
  const { deployment, view } = served;
  const autoscaler = (await cluster.list(kinds.autoscaler, laneLabels(lane))).find((object) =>
    autoscaled([object]).includes(deployment.metadata.name),
  );
  if (autoscaler !== undefined)
    await cluster.patch(refOf(autoscaler), [
      { op: 'add', path: '/spec/maxReplicas', value: Math.max(replicas, limitOf(autoscaler)) },
      { op: 'add', path: '/spec/minReplicas', value: replicas },
    ]);
  const { replicas: now } = view.spec;
  if (autoscaler === undefined ? now !== replicas : now < replicas)
    await setReplicas(cluster, refOf(deployment), replicas);
}

export async function setReplicas(cluster: Cluster, deployment: ObjectRef, replicas: number): Promise<void> {
  await cluster.patch(deployment, [{ op: 'add', path: '/spec/replicas', value: replicas }]);
}

const limitOf = ({ spec }: Manifest): number =>
  isFields(spec) && typeof spec.maxReplicas === 'number' ? spec.maxReplicas : 1;
