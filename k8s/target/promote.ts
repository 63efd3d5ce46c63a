import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Track } from '../../core/serving.ts';
import { awaitRollout } from './await-rollout.ts';
import type { LaneState, ServedArm } from './layout.ts';
import { routerOf, type TargetParts } from './parts.ts';
import { nextPromotionStep, type PromotionStep } from './promotion.ts';
import { readLane } from './read-lane.ts';
import { refOf } from './restoration.ts';
import { setReplicas } from './scale.ts';
import {
  removeAround,
  trackLabelPath,
  removeSlot,
  slotManifests,
  writeShared,
  writeSlot,
} from './slot-writes.ts';
import { removeUnusedConfigs } from './unused-configs.ts';

const withinMs = 600_000;

type Tell = (line: string) => void;

/**
 * The candidate becomes the stable arm: step by step, each decided from what is read, so that it goes on from wherever
 * an earlier try ended.
 *
 * @throws LonghaulError Conflict, NotReady when replicas do not get ready in 600 s
 */
export async function promote(parts: TargetParts, lane: LaneRef, armId: string, tell: Tell): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const state = await readLane(parts, lane);
    const weight = await routerOf(parts, state).get(lane);
    const step = nextPromotionStep(state, weight, armId);
    await take(parts, state, step, { tell, deadline });
    if (step.kind === 'done') return;
  }
}

async function take(
  parts: TargetParts,
  state: LaneState,
  step: PromotionStep,
  wait: { readonly tell: Tell; readonly deadline: number },
): Promise<void> {
  const { lane } = state;
  const router = routerOf(parts, state);
  const candidate = served(state, 'candidate');
  switch (step.kind) {
    case 'awaitCandidate':
      return awaitRollout(parts, lane, candidate().slot, wait);
    case 'giveCandidateAll':
      await router.set(lane, { weight: 100, arm: candidate().arm.id });
      return;
    case 'writeStable':
      return writeStable(parts, lane, candidate(), step.replicas, wait.tell);
    case 'scaleStable':
      return setReplicas(parts.cluster, refOf(served(state, 'stable')().deployment), step.replicas);
    case 'awaitStable':
      return awaitRollout(parts, lane, 'stable', wait);
    case 'returnTraffic':
      wait.tell('traffic back to the stable track, which serves the new version');
      await router.set(lane, { weight: 0, arm: null });
      return;
    case 'removeCandidate':
      await router.set(lane, { weight: 0, arm: null });
      wait.tell('the candidate’s track is taken away');
      return removeSlot(parts, lane, candidate().slot);
    case 'retireOld':
      return retire(parts, lane, served(state, 'stable')());
    case 'nameStable':
      return nameStable(parts, candidate());
    case 'done':
      return removeUnusedConfigs(parts, lane);
  }
}

/** The stable track takes the candidate's arm, template and all, while the candidate carries the traffic. */
async function writeStable(
  parts: TargetParts,
  lane: LaneRef,
  { arm }: ServedArm,
  replicas: number,
  tell: Tell,
): Promise<void> {
  tell(`the stable track takes version ${arm.version}, while the candidate carries the traffic`);
  const manifests = await slotManifests(
    parts,
    lane,
    { slot: 'stable', track: 'stable' },
    { ...arm, replicas },
  );
  await writeShared(parts, lane, manifests);
  await writeSlot(parts, lane, 'stable', manifests, replicas);
}

/** A colour without replicas and without a track: the place of the next candidate. */
export async function retire(
  parts: TargetParts,
  lane: LaneRef,
  { slot, deployment }: ServedArm,
): Promise<void> {
  await removeAround(parts, lane, slot);
  await parts.cluster.patch(refOf(deployment), [
    { op: 'add', path: '/spec/replicas', value: 0 },
    { op: 'remove', path: trackLabelPath },
  ]);
}

export async function nameStable({ cluster }: TargetParts, { deployment }: ServedArm): Promise<void> {
  await cluster.patch(refOf(deployment), [
    { op: 'add', path: trackLabelPath, value: 'stable' satisfies Track },
  ]);
}

/** The arm that the step is about: a state that asks for the step has it. */
const served = (state: LaneState, track: Track) => (): ServedArm => {
  const arm = state[track];
  if (arm !== null) return arm;
  throw new LonghaulError('Conflict', `The ${track} arm of ${state.lane.environment} is gone.`);
};
