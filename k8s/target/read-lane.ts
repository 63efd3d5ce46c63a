import type { LaneRef } from '../../core/ids.ts';
import type { Manifest, ObjectRef } from '../api/cluster.ts';
import { laneLabels, namesOf } from '../names.ts';
import { autoscaled, keyOf } from './comparable.ts';
import { kinds, laneKinds } from './kinds.ts';
import { laneState, slotNames, type LaneState } from './layout.ts';
import { readOwnKinds } from './own-kinds.ts';
import { serviceOf, type TargetParts } from './parts.ts';

/** Who is served on the cluster now. @throws LonghaulError Conflict, Unreachable, NotPermitted */
export async function readLane(parts: TargetParts, lane: LaneRef): Promise<LaneState> {
  const { cluster } = parts;
  const service = serviceOf(parts, lane);
  const ofOthers = { ...kinds.deployment, name: namesOf(service).deployment('stable') };
  const [listed, stable] = await Promise.all([
    cluster.list(kinds.deployment, laneLabels(lane)),
    cluster.get(ofOthers),
  ]);
  return laneState(lane, service, stable === null ? listed : [...listed, stable]);
}

/** All that a release may touch, as it is now: what carries the lane's labels, and what routes its traffic. */
export async function readObjects(parts: TargetParts, lane: LaneRef): Promise<readonly Manifest[]> {
  const { cluster } = parts;
  const { track, colour } = parts.routers(serviceOf(parts, lane));
  const { service, deployment } = namesOf(serviceOf(parts, lane));
  const [own, ...touched] = await Promise.all([
    readOwnKinds(cluster, service),
    track.touches(lane),
    colour.touches(lane),
  ]);
  const named: readonly ObjectRef[] = [
    { ...kinds.service, name: service },
    { ...kinds.deployment, name: deployment('stable') },
    ...touched.flat(),
  ];
  const slots = slotNames(service);
  const lists = await Promise.all([
    // Whoever has made it: replicas that it counts are not a release's.
    cluster
      .list(kinds.autoscaler, {})
      .then((all) => all.filter((object) => autoscaled([object]).some((name) => slots.includes(name)))),
    ...[...laneKinds, ...own].map((kind) => cluster.list(kind, laneLabels(lane))),
    ...named.map(async (ref) => [await cluster.get(ref)]),
  ]);
  const found = lists.flat().filter((object) => object !== null);
  return [...new Map(found.map((object) => [keyOf(object), object])).values()];
}
