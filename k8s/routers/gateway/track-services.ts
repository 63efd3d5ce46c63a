import { LonghaulError } from '../../../core/errors.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { Cluster, Manifest, ObjectRef } from '../../api/cluster.ts';
import { keys, namesOf } from '../../names.ts';
import { awaitSomeEndpoint, readyPodsBySlot } from '../service/endpoints.ts';
import { selectedBy, selectionPatch } from '../service/selection.ts';
import { repatch } from '../service/service-writes.ts';
import { applySlotService, laneService, serviceRef } from '../service/slot-service.ts';
import { fieldsOf } from '../split/dialect.ts';
import { removeMade } from '../split/make-route.ts';
import { proxiesSettled } from '../split/settle.ts';
import { markOf } from '../weight-mark.ts';
import { trackService } from './http-route.ts';

const tracks = ['stable', 'candidate'] as const;

/** The cluster's controllers give a Service its endpoints within a second. */
const endpointsWithinMs = 10_000;

export const trackServiceRefs = (service: string): readonly ObjectRef[] =>
  tracks.map((track) => serviceRef(trackService(service, track)));

/**
 * The Services of the tracks, with an endpoint for the stable one where it has a ready pod: a route may point there.
 *
 * @returns whether one of them was missing
 * @throws LonghaulError NotVerified
 */
export async function makeTrackServices(cluster: Cluster, lane: LaneRef, service: string): Promise<boolean> {
  const plain = await laneService(cluster, service);
  const found = await Promise.all(trackServiceRefs(service).map((ref) => cluster.get(ref)));
  for (const track of tracks)
    await applySlotService(cluster, lane, plain, { name: trackService(service, track), slot: track });
  const { stable = 0 } = await readyPodsBySlot(cluster, service, keys.track);
  const name = trackService(service, 'stable');
  if (stable > 0 && !(await awaitSomeEndpoint(cluster, name, endpointsWithinMs)))
    throw new LonghaulError(
      'NotVerified',
      `Service ${name} has no ready endpoint, and ${stable} pods of the stable track are ready.`,
    );
  return found.includes(null);
}

/**
 * Who calls the Service itself meets the stable track alone: routes name the Services of the tracks. A lane without a
 * stable arm keeps a Service for all.
 */
export async function narrowToStable(cluster: Cluster, service: string): Promise<void> {
  const name = namesOf(service).deployment('stable');
  const deployment = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name });
  if (deployment === null || trackOfPods(deployment) !== 'stable') return;
  await repatch(cluster, service, (now) =>
    selectedBy(now, keys.track) === 'stable'
      ? []
      : selectionPatch(now, keys.track, 'stable', markOf(now) ?? { arm: null, weight: 0 }),
  );
}

/**
 * Those of the snapshot hold nothing but what they were made with, and are as they were; the others go, once proxies know
 * of a route that names them no more.
 */
export async function removeTrackServices(
  cluster: Cluster,
  service: string,
  objects: readonly Manifest[],
): Promise<readonly string[]> {
  const isKept = ({ kind, name }: ObjectRef): boolean =>
    objects.some((object) => object.kind === kind && object.metadata.name === name);
  const others = trackServiceRefs(service).filter((ref) => !isKept(ref));
  const there = (await Promise.all(others.map((ref) => cluster.get(ref)))).filter((found) => found !== null);
  if (there.length > 0) await proxiesSettled();
  const left = await Promise.all(there.map((found) => removeMade(cluster, found)));
  return left.flat();
}

const trackOfPods = (deployment: Manifest): unknown => {
  const template = fieldsOf(fieldsOf(deployment, 'spec'), 'template');
  return fieldsOf(fieldsOf(template, 'metadata'), 'labels')[keys.track];
};
