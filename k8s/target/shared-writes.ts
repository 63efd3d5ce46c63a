import type { LaneRef } from '../../core/ids.ts';
import type { Cluster, Manifest } from '../api/cluster.ts';
import type { ArmManifests } from '../manifests/given.ts';
import { keys, laneLabels } from '../names.ts';
import { handedOver, isManagedHere, isOfLane, ofOthers } from '../of-lane.ts';
import { kinds } from './kinds.ts';
import { noteOwnKinds } from './own-kinds.ts';
import { serviceOf, type TargetParts } from './parts.ts';
import { refOf } from './restoration.ts';
import { ensureObject, putObject } from './write-object.ts';

/**
 * Config, which is named by its content, and Services, whose selectors are a router's or a user's, are made once; a
 * project's own objects are written whole.
 */
export async function writeShared(
  parts: TargetParts,
  lane: LaneRef,
  { configs, shared }: ArmManifests,
): Promise<void> {
  const { cluster } = parts;
  const services = shared.filter(({ kind }) => kind === kinds.service.kind);
  const others = shared.filter((manifest) => !services.includes(manifest));
  await Promise.all([...configs, ...services].map((manifest) => ensureObject(cluster, manifest)));
  await noteOwnKinds(cluster, serviceOf(parts, lane), others);
  await Promise.all(others.map((manifest) => putShared(cluster, lane, manifest)));
}

/** An object that others have made and handed over stays without the lane's labels: an undo never takes it away. */
async function putShared(cluster: Cluster, lane: LaneRef, manifest: Manifest): Promise<void> {
  const live = await cluster.get(refOf(manifest));
  const isOthers = live !== null && !isOfLane(live, lane);
  await putObject(cluster, isOthers ? withoutLane(manifest, lane) : manifest, (now) => {
    refuseShared(now, lane);
  });
}

/** @throws LonghaulError Conflict for what others have made and not handed over */
export function refuseShared(live: Manifest, lane: LaneRef): void {
  if (isOfLane(live, lane)) return;
  const { kind, metadata } = live;
  if (isManagedHere(live) && metadata.labels?.[keys.model] === undefined) return;
  throw ofOthers(
    live,
    lane,
    `Leave it out of the project’s manifests, or hand it over: kubectl label --overwrite ${kind.toLowerCase()} ${metadata.name} ${handedOver}`,
  );
}

const withoutLane = (manifest: Manifest, lane: LaneRef): Manifest => {
  const ours = laneLabels(lane);
  const labels = Object.entries(manifest.metadata.labels ?? {}).filter(([key]) => !(key in ours));
  return { ...manifest, metadata: { ...manifest.metadata, labels: Object.fromEntries(labels) } };
};
