import type { LaneRef } from '../../core/ids.ts';
import type { ArmManifests } from '../manifests/given.ts';
import { refuseOfOthers } from '../of-lane.ts';
import { planAround } from './around-now.ts';
import { kinds } from './kinds.ts';
import type { TargetParts } from './parts.ts';
import { refOf } from './restoration.ts';
import { refuseShared } from './shared-writes.ts';

/**
 * Refuses, before anything is written, what these writes would be refused for halfway.
 *
 * @throws LonghaulError Conflict, naming what others have made
 */
export async function refuseAhead(
  parts: TargetParts,
  lane: LaneRef,
  { deployment, around, shared }: ArmManifests,
): Promise<void> {
  const { cluster } = parts;
  const { put } = await planAround(cluster, lane, { deployment, around });
  for (const manifest of [deployment, ...put]) refuseOfOthers(await cluster.get(refOf(manifest)), lane);
  for (const manifest of shared.filter(({ kind }) => kind !== kinds.service.kind)) {
    const live = await cluster.get(refOf(manifest));
    if (live !== null) refuseShared(live, lane);
  }
}
