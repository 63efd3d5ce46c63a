import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, Track } from '../../core/serving.ts';
import type { Cluster, Manifest } from '../api/cluster.ts';
import type { ArmManifests } from '../manifests/given.ts';
import { isColour, keys, laneLabels, namesOf, type Slot } from '../names.ts';
import { keyOf } from './comparable.ts';
import { deploymentView } from './deployment.ts';
import { kinds } from './kinds.ts';
import { noteOwnKinds } from './own-kinds.ts';
import { serviceOf, type TargetParts } from './parts.ts';
import { refOf } from './restoration.ts';
import { setReplicas } from './scale.ts';
import { isOfLane, isOfSlot } from './slot-objects.ts';
import { ensureObject, putObject } from './write-object.ts';

/**
 * The objects of an arm in a slot, for a track. @throws LonghaulError what the builder refuses: a secret that is mapped
 * nowhere, a container that is not described
 */
export async function slotManifests(
  parts: TargetParts,
  lane: LaneRef,
  { slot, track }: { readonly slot: Slot; readonly track: Track },
  arm: ArmSpec,
): Promise<ArmManifests> {
  const manifests = await parts.manifestsOf(lane, slot, arm);
  return isColour(slot) ? { ...manifests, deployment: onTrack(manifests.deployment, track) } : manifests;
}

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

/** An object that was there before Longhaul stays without the lane's labels: an undo never takes it away. */
async function putShared(cluster: Cluster, lane: LaneRef, manifest: Manifest): Promise<void> {
  const live = await cluster.get(refOf(manifest));
  const isOthers = live !== null && !isOfLane(live, lane);
  await putObject(cluster, isOthers ? withoutLane(manifest, lane) : manifest);
}

/**
 * What stands around the Deployment, then the Deployment: once that says which arm it serves, all about it is written.
 * What stood around an earlier arm alone goes. Where an autoscaler counts, the Deployment is raised to `replicas` at
 * once: it looks every 15 s, and at none of them never.
 */
export async function writeSlot(
  parts: TargetParts,
  lane: LaneRef,
  slot: Slot,
  { deployment, around }: ArmManifests,
  replicas: number,
): Promise<void> {
  const kept = new Set(around.map(keyOf));
  for (const old of await standingAround(parts, lane, slot))
    if (!kept.has(keyOf(old))) await parts.cluster.remove(refOf(old));
  for (const manifest of around) await putObject(parts.cluster, manifest);
  const { spec } = deploymentView(await putObject(parts.cluster, deployment));
  if (spec.replicas < replicas) await setReplicas(parts.cluster, refOf(deployment), replicas);
}

/** The Deployment goes last: until then the slot counts as taken, and whoever takes up the work finds it. */
export async function removeSlot(parts: TargetParts, lane: LaneRef, slot: Slot): Promise<void> {
  await removeAround(parts, lane, slot);
  const name = namesOf(serviceOf(parts, lane)).deployment(slot);
  await parts.cluster.remove({ ...kinds.deployment, name });
}

export async function removeAround(parts: TargetParts, lane: LaneRef, slot: Slot): Promise<void> {
  for (const object of await standingAround(parts, lane, slot)) await parts.cluster.remove(refOf(object));
}

async function standingAround(parts: TargetParts, lane: LaneRef, slot: Slot): Promise<readonly Manifest[]> {
  const service = serviceOf(parts, lane);
  const lists = await Promise.all(
    [kinds.autoscaler, kinds.disruptionBudget].map((kind) => parts.cluster.list(kind, laneLabels(lane))),
  );
  return lists.flat().filter((object) => isOfSlot(service, slot, object));
}

const withoutLane = (manifest: Manifest, lane: LaneRef): Manifest => {
  const ours = laneLabels(lane);
  const labels = Object.entries(manifest.metadata.labels ?? {}).filter(([key]) => !(key in ours));
  return { ...manifest, metadata: { ...manifest.metadata, labels: Object.fromEntries(labels) } };
};

/** Where a Deployment's label of its track is, as JSON Patch names it. */
export const trackLabelPath = `/metadata/labels/${keys.track.replaceAll('/', '~1')}`;

/** Whose colour it is, on the Deployment alone: pods are not started anew when it changes. */
const onTrack = (deployment: Manifest, track: Track): Manifest => ({
  ...deployment,
  metadata: { ...deployment.metadata, labels: { ...deployment.metadata.labels, [keys.track]: track } },
});
