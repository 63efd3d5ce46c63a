import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, Track } from '../../core/serving.ts';
import type { Slot } from '../names.ts';
import { candidateSlot, layoutFor, type LaneState } from './layout.ts';
import { routerFor, routerOf, type TargetParts } from './parts.ts';
import { readLane } from './read-lane.ts';
import { refuseAhead } from './refuse-ahead.ts';
import { refuseServedByOthers } from './served-by-others.ts';
import { writeShared } from './shared-writes.ts';
import { removeSlot, slotManifests, writeSlot } from './slot-writes.ts';

/** Puts `arm` on the candidate's track, without traffic; null takes the candidate away. Does not wait. */
export async function setCandidate(parts: TargetParts, lane: LaneRef, arm: ArmSpec | null): Promise<void> {
  const state = await readLane(parts, lane);
  if (arm === null) return takeCandidateAway(parts, state);
  if (state.stable?.arm.id === arm.id) return;
  refuseOtherCandidate(state, arm);
  refuseOtherLayout(state, arm);
  await refuseServedByOthers(parts, state);
  await writeCandidate(parts, state, arm);
}

/**
 * Config first; then the route, so that no user meets the new pods by a Service that selects all; the Deployment; what
 * stands around it. An arm that is there already keeps its replicas and its weight.
 */
async function writeCandidate(parts: TargetParts, state: LaneState, arm: ArmSpec): Promise<void> {
  const { lane, candidate } = state;
  const layout = layoutFor(arm.strategy);
  const router = routerFor(parts, lane, layout);
  const isThere = candidate?.arm.id === arm.id;
  const slot = candidateSlot(state, layout);
  const replicas = isThere ? Math.max(arm.replicas, candidate.arm.replicas) : arm.replicas;
  const manifests = await slotManifests(parts, lane, { slot, track: 'candidate' }, { ...arm, replicas });
  const after = await slotManifests(parts, lane, placeAfter(slot), { ...arm, replicas });
  for (const ahead of [manifests, after]) await refuseAhead(parts, lane, ahead);
  await writeShared(parts, lane, manifests);
  if (candidate !== null && !isThere) await router.set(lane, { weight: 0, arm: candidate.arm.id });
  await router.prepare(lane);
  await writeSlot(parts, lane, manifests, replicas);
  if (!isThere) await router.set(lane, { weight: 0, arm: arm.id });
}

/** Where the arm is once it is promoted. */
const placeAfter = (slot: Slot): { readonly slot: Slot; readonly track: Track } => ({
  slot: slot === 'candidate' ? 'stable' : slot,
  track: 'stable',
});

/** Nobody is sent to a pod that goes: the route first, then the pods. */
async function takeCandidateAway(parts: TargetParts, state: LaneState): Promise<void> {
  const { lane, candidate } = state;
  if (candidate === null) return;
  const router = routerOf(parts, state);
  const weight = await router.get(lane);
  if (weight !== 0)
    throw new LonghaulError(
      'Conflict',
      `The candidate ${candidate.arm.id} of ${lane.environment} has ${weight} % of the traffic: it cannot be taken away.`,
      { mend: 'Set its weight to 0 first.' },
    );
  await router.set(lane, { weight: 0, arm: null });
  await removeSlot(parts, lane, candidate.slot);
}

function refuseOtherCandidate({ lane, candidate }: LaneState, arm: ArmSpec): void {
  if (candidate === null || candidate.arm.id === arm.id || candidate.arm.release === arm.release) return;
  throw new LonghaulError(
    'Conflict',
    `${lane.environment} has a candidate of ${candidate.arm.release}: ${candidate.arm.id}.`,
    { mend: 'Wait until that release has ended, or abort it.' },
  );
}

export function refuseOtherLayout({ lane, layout }: LaneState, arm: ArmSpec): void {
  if (layout === null || layout === layoutFor(arm.strategy)) return;
  const [is, asked] = layout === 'colour' ? ['blue-green', 'a canary'] : ['by canary', 'blue-green'];
  throw new LonghaulError(
    'Conflict',
    `${lane.environment} is released to ${is}, and this release is to be ${asked}: the first release of a lane decides.`,
    {
      mend: 'Keep the strategy in `longhaul.yaml`, or delete the Deployments of the lane and release anew.',
    },
  );
}
