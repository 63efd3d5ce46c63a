import { isDeepStrictEqual } from 'node:util';
import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Track } from '../../core/serving.ts';
import { proxiesSettled } from '../routers/split/settle.ts';
import { awaitRollout, type Wait } from './await-rollout.ts';
import { boundsOf, heldUp } from './held-up.ts';
import type { LaneState, ServedArm } from './layout.ts';
import { routerOf, type TargetParts } from './parts.ts';
import { patience, type Patience } from './patience.ts';
import { nextPromotionStep, type PromotionStep } from './promotion.ts';
import { readLane } from './read-lane.ts';
import { refOf } from './restoration.ts';
import { scaleTrack } from './scale.ts';
import { writeShared } from './shared-writes.ts';
import { removeAround, trackLabelPath, removeSlot, slotManifests, writeSlot } from './slot-writes.ts';
import { removeUnusedConfigs } from './unused-configs.ts';

/** A rollout may last as long as it comes on; without one replica more for so long, it does not. */
const nextReplicaWithinMs = 600_000;

type Tell = (line: string) => void;

/**
 * The candidate becomes the stable arm: step by step, each decided from what is read, so that it goes on from wherever
 * an earlier try ended. Each step is told before it is taken: a `tell` that throws ends the promotion there.
 *
 * @throws LonghaulError Conflict, NotReady when no further replica gets ready in 600 s
 */
export async function promote(parts: TargetParts, lane: LaneRef, armId: string, tell: Tell): Promise<void> {
  const wait = { tell, deadline: Infinity, patience: patience(nextReplicaWithinMs) };
  for (;;) {
    const state = await readLane(parts, lane);
    const weight = await routerOf(parts, state).get(lane);
    const step = nextPromotionStep(state, weight, armId);
    refuseStandstill(state, step, wait.patience);
    tell(lineOf(step, armId));
    await take(parts, state, step, wait);
    if (step.kind === 'done') return;
  }
}

/** Somebody undoes each step: an autoscaler of others, another writer of the weight. */
function refuseStandstill({ lane, stable, candidate }: LaneState, step: PromotionStep, left: Patience): void {
  const going = [stable, candidate].filter((served) => served !== null);
  if (step.kind === 'done' || going.some(({ view }) => left(view) > 0)) return;
  throw new LonghaulError(
    'NotReady',
    `The promotion in ${lane.environment} has not come on for ${nextReplicaWithinMs / 1000} s. What it does again and again: ${step.kind}.`,
    { mend: 'See who else scales its Deployments, or sets its weight.' },
  );
}

async function take(parts: TargetParts, state: LaneState, step: PromotionStep, wait: Wait): Promise<void> {
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
      return writeStable(parts, lane, candidate(), step.replicas);
    case 'scaleStable':
      await scaleTrack(parts, lane, 'stable', step.replicas);
      return;
    case 'awaitStable':
      return awaitRollout(parts, lane, 'stable', wait);
    case 'returnTraffic':
      await router.set(lane, { weight: 0, arm: null });
      return;
    case 'removeCandidate':
      await router.set(lane, { weight: 0, arm: null });
      await proxiesSettled();
      wait.tell('no proxy sends to the candidate’s track any more');
      return removeSlot(parts, lane, candidate().slot);
    case 'retireOld':
      return retire(parts, lane, served(state, 'stable')());
    case 'nameStable':
      return nameStable(parts, candidate());
    case 'done':
      await letGo(parts, lane, served(state, 'stable')());
      return removeUnusedConfigs(parts, lane);
  }
}

/** The stable track takes the candidate's arm, template and all, while the candidate carries the traffic. */
async function writeStable(
  parts: TargetParts,
  lane: LaneRef,
  { arm }: ServedArm,
  replicas: number,
): Promise<void> {
  const manifests = await slotManifests(
    parts,
    lane,
    { slot: 'stable', track: 'stable' },
    { ...arm, replicas },
  );
  const around = manifests.around.map((object) => heldUp(object, replicas));
  await writeShared(parts, lane, manifests);
  await writeSlot(parts, lane, { ...manifests, around }, replicas);
}

/** The autoscaler's bounds as the arm has them: now that the stable arm has the traffic, replicas may be fewer, too. */
async function letGo(parts: TargetParts, lane: LaneRef, { slot, arm }: ServedArm): Promise<void> {
  const { around } = await slotManifests(parts, lane, { slot, track: 'stable' }, arm);
  for (const wanted of around) {
    const { minReplicas, maxReplicas } = boundsOf(wanted);
    const live = minReplicas === undefined ? null : await parts.cluster.get(refOf(wanted));
    if (live === null || isDeepStrictEqual(boundsOf(live), boundsOf(wanted))) continue;
    await parts.cluster.patch(refOf(live), [
      { op: 'add', path: '/spec/minReplicas', value: minReplicas },
      { op: 'add', path: '/spec/maxReplicas', value: maxReplicas },
    ]);
  }
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

function lineOf(step: PromotionStep, armId: string): string {
  switch (step.kind) {
    case 'awaitCandidate':
      return `waiting for the candidate ${armId}`;
    case 'giveCandidateAll':
      return 'all traffic to the candidate';
    case 'writeStable':
      return `the stable track takes ${armId}, while the candidate carries the traffic`;
    case 'scaleStable':
      return `the stable track gets ${step.replicas} replicas, as many as the candidate has`;
    case 'awaitStable':
      return `waiting for ${armId} on the stable track`;
    case 'returnTraffic':
      return 'traffic back to the stable track, which serves the new version';
    case 'removeCandidate':
      return 'the candidate’s track is taken away';
    case 'retireOld':
      return 'the colour without traffic is scaled down';
    case 'nameStable':
      return 'the colour with the traffic is the stable one';
    case 'done':
      return `${armId} is the stable arm`;
  }
}
