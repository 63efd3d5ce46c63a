import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { TrafficRouter } from '../../core/ports/deployment-target.ts';
import { kinds } from './kinds.ts';
import { isServing, type LaneState } from './layout.ts';
import { laneLabels } from '../names.ts';
import { routerOf, type TargetParts } from './parts.ts';
import { refuseOtherVersion } from './preview.ts';
import { readLane } from './read-lane.ts';

/** How long a candidate that is just being started again is waited for before traffic is refused to it. */
const readyWithinMs = 30_000;
const lookEveryMs = 2_000;

/** Weights of a lane for the candidate that is there. */
export function createLaneRouter(parts: TargetParts): TrafficRouter {
  return {
    get: async (lane) => routerOf(parts, await readLane(parts, lane)).get(lane),
    set: (lane, weight) => setWeight(parts, lane, weight),
  };
}

async function setWeight(parts: TargetParts, lane: LaneRef, weight: number): Promise<void> {
  const state = weight === 0 ? await readLane(parts, lane) : await whenServing(parts, lane);
  refuse(state, weight);
  const router = routerOf(parts, state);
  if (
    weight === 100 &&
    state.candidate !== null &&
    state.layout === 'colour' &&
    (await router.get(lane)) < 100
  )
    await refuseOtherVersion(parts.environment, state.candidate.arm);
  await router.set(lane, { weight, arm: state.candidate?.arm.id ?? null });
}

/** The lane once a replica of its candidate is ready, as the Deployment says it: that comes a moment after the pod. */
async function whenServing(parts: TargetParts, lane: LaneRef): Promise<LaneState> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const state = await readLane(parts, lane);
    const left = deadline - Date.now();
    if (state.candidate === null || isServing(state.candidate) || left <= 0) return state;
    await parts.cluster.changed([kinds.deployment], laneLabels(lane), Math.min(left, lookEveryMs));
  }
}

/** Traffic for an arm that has no replica would be lost. */
function refuse({ lane, stable, candidate }: LaneState, weight: number): void {
  if (!(weight >= 0 && weight <= 100))
    throw new LonghaulError('Rejected', `A weight of ${weight} is not between 0 and 100.`);
  if (weight === 0) return;
  if (candidate === null)
    throw new LonghaulError('Conflict', `There is no candidate of ${lane.model} in ${lane.environment}.`);
  if (weight < 100 && stable === null)
    throw new LonghaulError(
      'Rejected',
      `${lane.model} has no champion in ${lane.environment} to share traffic with: the weight is 0 or 100.`,
    );
  if (!isServing(candidate))
    throw new LonghaulError(
      'NotReady',
      `No replica of the candidate ${candidate.arm.id} is ready for traffic.`,
    );
}
