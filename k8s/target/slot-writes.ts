import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, Track } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import type { ArmManifests } from '../manifests/given.ts';
import { isColour, keys, laneLabels, namesOf, type Slot } from '../names.ts';
import { isManagedHere, refuseOfOthers } from '../of-lane.ts';
import { aroundKinds, planAround } from './around-now.ts';
import { isFields } from './comparable.ts';
import { deploymentView } from './deployment.ts';
import { kinds } from './kinds.ts';
import { serviceOf, type TargetParts } from './parts.ts';
import { refOf } from './restoration.ts';
import { setReplicas } from './scale.ts';
import { isOfSlot } from './slot-objects.ts';
import { putObject } from './write-object.ts';

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
 * What stands around the Deployment, then the Deployment: once that says which arm it serves, all about it is written.
 * What stood around an earlier arm alone goes, but what others have made. Where an autoscaler counts, the Deployment is raised to `replicas` at
 * once: it looks every 15 s, and at none of them never.
 */
export async function writeSlot(
  parts: TargetParts,
  lane: LaneRef,
  manifests: Pick<ArmManifests, 'deployment' | 'around'>,
  replicas: number,
): Promise<void> {
  const refuse = (live: Manifest): void => {
    refuseOfOthers(live, lane);
  };
  const { put, remove, isScaled } = await planAround(parts.cluster, lane, manifests);
  for (const old of remove) await parts.cluster.remove(refOf(old));
  for (const manifest of put) await putObject(parts.cluster, manifest, refuse);
  const deployment = isScaled ? withoutReplicas(manifests.deployment) : manifests.deployment;
  const { spec } = deploymentView(await putObject(parts.cluster, deployment, refuse));
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
  const found = await aroundKinds(parts.cluster, laneLabels(lane));
  return found.filter((object) => isManagedHere(object) && isOfSlot(service, slot, object));
}

/** Those that are there stay; a new Deployment begins with one. */
function withoutReplicas(deployment: Manifest): Manifest {
  const { replicas: _, ...spec } = isFields(deployment.spec) ? deployment.spec : {};
  return { ...deployment, spec };
}

/** Where a Deployment's label of its track is, as JSON Patch names it. */
export const trackLabelPath = `/metadata/labels/${keys.track.replaceAll('/', '~1')}`;

/** Whose colour it is, on the Deployment alone: pods are not started anew when it changes. */
const onTrack = (deployment: Manifest, track: Track): Manifest => ({
  ...deployment,
  metadata: { ...deployment.metadata, labels: { ...deployment.metadata.labels, [keys.track]: track } },
});
