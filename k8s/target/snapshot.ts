import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LonghaulError } from '../../core/errors.ts';
import { laneKey, type LaneRef } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { TargetSnapshot } from '../../core/serving.ts';
import { refuseOldCluster } from '../api/cluster-version.ts';
import type { Manifest } from '../api/cluster.ts';
import { autoscaled, comparable } from './comparable.ts';
import { kinds } from './kinds.ts';
import { laneState, type LaneState } from './layout.ts';
import { isOfSlot } from './slot-objects.ts';
import { routerOf, serviceOf, type TargetParts } from './parts.ts';
import { readLane, readObjects } from './read-lane.ts';

/**
 * What a lane serves, with all objects that a release may touch, kept in the store: the same state, the same digest. It
 * is the first that a release asks of a cluster.
 *
 * @throws LonghaulError InvalidConfig for a cluster that is too old to be released to
 */
export async function takeSnapshot(parts: TargetParts, lane: LaneRef): Promise<TargetSnapshot> {
  refuseOldCluster(await parts.cluster.version(), parts.cluster.name);
  const state = await readLane(parts, lane);
  const router = routerOf(parts, state);
  const [candidateWeight, objects] = await Promise.all([
    state.layout === null ? 0 : router.get(lane),
    readObjects(parts, lane),
  ]);
  return {
    lane,
    takenAt: new Date().toISOString(),
    stable: state.stable?.arm ?? null,
    candidate: state.candidate?.arm ?? null,
    candidateWeight,
    objects: await parts.store.putText(documentOf(objects), `${laneKey(lane)}.objects.json`),
  };
}

/** As canonical JSON: objects by name, without what servers write. */
export function documentOf(objects: readonly Manifest[]): string {
  return canonicalJson({ version: 1, objects: [...comparable(objects, autoscaled(objects)).values()] });
}

/** What an undo goes back to. */
export interface LaneBefore {
  readonly objects: readonly Manifest[];
  readonly state: LaneState;
  /** The routes give traffic to a candidate that shall not be there. */
  readonly routesOfDead: boolean;
}

/**
 * The objects to go back to. A candidate that the snapshot does not name was a dead release's and is left out, though
 * it stood there when the objects were kept.
 *
 * @throws LonghaulError NotFound when the snapshot is of another target, or the store has lost it
 */
export async function laneBefore(parts: TargetParts, snapshot: TargetSnapshot): Promise<LaneBefore> {
  const { lane } = snapshot;
  const objects = await storedObjects(parts.store, snapshot);
  const service = serviceOf(parts, lane);
  const state = laneThen(snapshot, laneState(lane, service, objects.filter(isDeployment)));
  const dead = snapshot.candidate === null ? state.candidate : null;
  if (dead === null) return { objects, state, routesOfDead: false };
  return {
    objects: objects.filter((object) => !isOfSlot(service, dead.slot, object)),
    state: { ...state, candidate: null },
    routesOfDead: true,
  };
}

/** Replicas that an autoscaler set are not in the objects, but in the snapshot's arms. */
const laneThen = ({ stable, candidate }: TargetSnapshot, state: LaneState): LaneState => ({
  ...state,
  stable: state.stable === null ? null : { ...state.stable, arm: stable ?? state.stable.arm },
  candidate: state.candidate === null ? null : { ...state.candidate, arm: candidate ?? state.candidate.arm },
});

const isDeployment = ({ kind }: Manifest): boolean => kind === kinds.deployment.kind;

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).exactOptional(),
    annotations: z.record(z.string(), z.string()).exactOptional(),
  }),
});

const stored = z.object({ version: z.literal(1), objects: z.array(manifest) });

async function storedObjects(
  store: ArtifactStore,
  { lane, objects }: TargetSnapshot,
): Promise<readonly Manifest[]> {
  if (objects === undefined)
    throw new LonghaulError('NotFound', `The snapshot of ${lane.environment} was not taken of a cluster.`, {
      mend: 'The environment served from somewhere else then: put it back by hand.',
    });
  return stored.parse(JSON.parse(await store.getText(objects.digest))).objects;
}
