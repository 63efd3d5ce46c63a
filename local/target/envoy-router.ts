import type { LaneRef } from '../../core/ids.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { TrafficRouter } from '../../core/ports/deployment-target.ts';
import { weightInEnvoy } from '../envoy/admin.ts';
import { wholeWeight } from '../envoy/routes.ts';
import type { HomePaths } from '../home.ts';
import type { DesiredLane } from '../supervisor/desired-state.ts';
import { changeLane, readLane } from './lane-state.ts';
import { awaitReplicas, awaitRouted } from './settle.ts';

/** How long a candidate that is just being started again is waited for before traffic is refused to it. */
const readyWithinMs = 30_000;

/** Splits a lane's traffic by the weights of Envoy's routes. */
export function createEnvoyRouter(home: HomePaths): TrafficRouter {
  const get = async (lane: LaneRef): Promise<number> => {
    const { lane: desired, envoyAdmin } = await readLane(home, lane);
    return weightInEnvoy(envoyAdmin, lane, desired.candidate?.id ?? null);
  };
  return {
    get,
    set: async (lane, candidateWeight) => {
      const before = await readLane(home, lane);
      refuse(before.lane, candidateWeight);
      if (candidateWeight > 0) await refuseUnready(home, lane, before.lane);
      const { revision } = await changeLane(home, lane, (now) => {
        refuse(now, candidateWeight);
        return now.candidateWeight === candidateWeight ? now : { ...now, candidateWeight };
      });
      await awaitRouted(home, revision);
      const read = await get(lane);
      if (Math.abs(read - candidateWeight) > 100 / wholeWeight)
        throw new LonghaulError(
          'NotVerified',
          `Envoy gives the candidate ${read} % instead of ${candidateWeight} %.`,
        );
    },
  };
}

function refuse({ lane, stable, candidate }: DesiredLane, weight: number): void {
  if (!(weight >= 0 && weight <= 100))
    throw new LonghaulError('Rejected', `A weight of ${weight} is not between 0 and 100.`);
  if (weight > 0 && candidate === null)
    throw new LonghaulError('Conflict', `There is no candidate of ${lane.model} in ${lane.environment}.`);
  if (weight > 0 && weight < 100 && stable === null)
    throw new LonghaulError(
      'Rejected',
      `${lane.model} has no champion in ${lane.environment} to share traffic with: the weight is 0 or 100.`,
    );
}

/** Traffic for an arm that has no replica would be lost: readiness first. */
async function refuseUnready(home: HomePaths, lane: LaneRef, { candidate }: DesiredLane): Promise<void> {
  if (candidate === null || (await awaitReplicas(home, lane, candidate.id, 1, readyWithinMs))) return;
  throw new LonghaulError('NotReady', `No replica of the candidate ${candidate.id} is ready for traffic.`);
}
