import { LonghaulError } from '../../core/errors.ts';
import { isRolledOut } from './deployment.ts';
import { isServing, type LaneState, type ServedArm } from './layout.ts';

/** What brings a promotion on from the state that is read; each is safe to do again. */
export type PromotionStep =
  | { readonly kind: 'giveCandidateAll' }
  /** The stable Deployment takes the candidate's arm, while the candidate carries the traffic. */
  | { readonly kind: 'writeStable'; readonly replicas: number }
  | { readonly kind: 'scaleStable'; readonly replicas: number }
  | { readonly kind: 'awaitCandidate' }
  | { readonly kind: 'awaitStable' }
  | { readonly kind: 'returnTraffic' }
  | { readonly kind: 'removeCandidate' }
  /** Colours: the one without traffic is scaled down and kept as the place of the next candidate. */
  | { readonly kind: 'retireOld' }
  /** Colours: the one with the traffic is the stable one from now on. */
  | { readonly kind: 'nameStable' }
  /** What nobody refers to any more goes. */
  | { readonly kind: 'done' };

/**
 * The next step until `armId` is the stable arm and alone. `weight` is the candidate's, as the router says it.
 *
 * @throws LonghaulError Conflict when the arm is neither candidate nor stable, or another candidate is there
 */
export function nextPromotionStep(
  { lane, layout, stable, candidate }: LaneState,
  weight: number,
  armId: string,
): PromotionStep {
  if (candidate === null && stable?.arm.id === armId) return { kind: 'done' };
  if (candidate?.arm.id !== armId) {
    const there = candidate === null ? 'no candidate' : `the candidate ${candidate.arm.id}`;
    throw new LonghaulError('Conflict', `${lane.environment} has ${there}: ${armId} cannot be promoted.`);
  }
  return layout === 'colour'
    ? nextOfColours(candidate, stable, weight)
    : nextOfTracks(candidate, stable, weight);
}

function nextOfTracks(candidate: ServedArm, stable: ServedArm | null, weight: number): PromotionStep {
  const { replicas } = candidate.view.spec;
  if (stable?.arm.id !== candidate.arm.id) {
    if (!isServing(candidate)) return { kind: 'awaitCandidate' };
    return weight === 100 ? { kind: 'writeStable', replicas } : { kind: 'giveCandidateAll' };
  }
  if (weight === 0) return isServing(stable) ? { kind: 'removeCandidate' } : { kind: 'awaitStable' };
  if (stable.view.spec.replicas < replicas) return { kind: 'scaleStable', replicas };
  return isRolledOut(stable.view) ? { kind: 'returnTraffic' } : { kind: 'awaitStable' };
}

function nextOfColours(candidate: ServedArm, stable: ServedArm | null, weight: number): PromotionStep {
  if (!isServing(candidate)) return { kind: 'awaitCandidate' };
  if (weight !== 100) return { kind: 'giveCandidateAll' };
  return stable === null ? { kind: 'nameStable' } : { kind: 'retireOld' };
}
