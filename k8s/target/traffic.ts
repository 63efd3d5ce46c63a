import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { TrafficRouter } from '../../core/ports/deployment-target.ts';
import type { LaneState } from './layout.ts';
import { routerOf, type TargetParts } from './parts.ts';
import { readLane } from './read-lane.ts';

/** Weights of a lane for the candidate that is there. */
export function createLaneRouter(parts: TargetParts): TrafficRouter {
  return {
    get: async (lane) => routerOf(parts, await readLane(parts, lane)).get(lane),
    set: (lane, weight) => setWeight(parts, lane, weight),
  };
}

async function setWeight(parts: TargetParts, lane: LaneRef, weight: number): Promise<void> {
  const state = await readLane(parts, lane);
  refuse(state, weight);
  await routerOf(parts, state).set(lane, { weight, arm: state.candidate?.arm.id ?? null });
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
  if (candidate.view.status.readyReplicas === 0)
    throw new LonghaulError(
      'NotReady',
      `No replica of the candidate ${candidate.arm.id} is ready for traffic.`,
    );
}
