import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import type { HomePaths } from '../home.ts';
import type { DesiredLane } from '../supervisor/desired-state.ts';
import { changeLane, type LaneState } from './lane-state.ts';
import { awaitOthersEnded, awaitReplicas, awaitRouted } from './settle.ts';
import { armResidue, trafficResidue } from './verify.ts';

type Progress = (line: string) => void;

/**
 * Gives the traffic back to the snapshot's stable arm: that one is made ready first, only then the weight is moved.
 * When it does not get ready, users stay where they are and the report says so.
 */
export async function restoreLaneTraffic(
  home: HomePaths,
  lane: LaneRef,
  snapshot: TargetSnapshot,
  onProgress: Progress,
): Promise<RestoreReport> {
  const begun = await changeLane(home, lane, (now) => withStableBack(now, snapshot));
  await awaitRouted(home, begun.revision);
  const unready = await awaitArm(home, lane, snapshot.stable, onProgress);
  if (unready !== null) return report(snapshot, [unready]);
  const candidateWeight = begun.lane.candidate?.id === snapshot.candidate?.id ? snapshot.candidateWeight : 0;
  const moved = await changeLane(home, lane, (now) => {
    refuseStranger(now, begun.lane);
    return now.candidateWeight === candidateWeight ? now : { ...now, candidateWeight };
  });
  await awaitRouted(home, moved.revision);
  onProgress(`traffic is back with ${nameOf(snapshot.stable)}`);
  return report(snapshot, await trafficResidue(moved));
}

/** Traffic, then processes; verified by the supervisor, by Envoy, and by asking every replica for its version. */
export async function restoreLane(
  home: HomePaths,
  lane: LaneRef,
  snapshot: TargetSnapshot,
  onProgress: Progress,
): Promise<RestoreReport> {
  const traffic = await restoreLaneTraffic(home, lane, snapshot, onProgress);
  if (!traffic.verified) return traffic;
  const { stable, candidate, candidateWeight } = snapshot;
  let state = await changeLane(home, lane, (now) =>
    isAsIn(now, snapshot) ? now : { ...now, stable, candidate, candidateWeight: 0 },
  );
  await awaitRouted(home, state.revision);
  const unready = await awaitArm(home, lane, candidate, onProgress);
  if (unready === null) state = await giveWeight(home, lane, candidateWeight);
  const kept = [stable, candidate].flatMap((arm) => (arm === null ? [] : [arm.id]));
  await awaitOthersEnded(home, lane, kept);
  onProgress(`only ${kept.join(' and ') || 'nothing'} runs in ${lane.environment}`);
  return report(snapshot, [
    ...(unready === null ? [] : [unready]),
    ...(await trafficResidue(state)),
    ...(await armResidue(home, lane, [stable, candidate])),
  ]);
}

async function giveWeight(home: HomePaths, lane: LaneRef, candidateWeight: number): Promise<LaneState> {
  const state = await changeLane(home, lane, (now) =>
    now.candidateWeight === candidateWeight ? now : { ...now, candidateWeight },
  );
  await awaitRouted(home, state.revision);
  return state;
}

/**
 * The snapshot's stable arm beside what is served now, which keeps its traffic for the moment: an arm that was
 * promoted since becomes a candidate with all of the traffic.
 */
function withStableBack(now: DesiredLane, { stable }: TargetSnapshot): DesiredLane {
  if (now.stable?.id === stable?.id) {
    if (stable === null || now.stable?.replicas === stable.replicas) return now;
    return { ...now, stable };
  }
  if (now.stable === null) return { ...now, stable };
  if (now.candidate === null) return { ...now, stable, candidate: now.stable, candidateWeight: 100 };
  if (now.candidate.id === stable?.id)
    return { ...now, stable, candidate: now.stable, candidateWeight: 100 - now.candidateWeight };
  throw new LonghaulError(
    'Conflict',
    `${now.lane.environment} is being released to by ${now.candidate.release}: it cannot be put back now.`,
    { mend: 'Abort that release first, or let it end.' },
  );
}

/** The arms must be those that this restore found or put there: a release that came in between is not touched. */
function refuseStranger(now: DesiredLane, begun: DesiredLane): void {
  if (now.stable?.id === begun.stable?.id && now.candidate?.id === begun.candidate?.id) return;
  throw new LonghaulError('Conflict', `${now.lane.environment} was changed by another release meanwhile.`);
}

async function awaitArm(
  home: HomePaths,
  lane: LaneRef,
  arm: ArmSpec | null,
  onProgress: Progress,
): Promise<string | null> {
  if (arm === null || arm.replicas === 0) return null;
  onProgress(`waiting for ${arm.id}`);
  if (await awaitReplicas(home, lane, arm.id, arm.replicas, arm.serve.startTimeoutMs + 5_000)) return null;
  if (await awaitReplicas(home, lane, arm.id, 1, 0)) return null;
  return `no replica of ${arm.id} gets ready`;
}

function isAsIn(now: DesiredLane, snapshot: TargetSnapshot): boolean {
  const same = (one: ArmSpec | null, other: ArmSpec | null): boolean =>
    one?.id === other?.id && one?.replicas === other?.replicas;
  return (
    same(now.stable, snapshot.stable) &&
    same(now.candidate, snapshot.candidate) &&
    now.candidateWeight === snapshot.candidateWeight
  );
}

function report({ lane, stable }: TargetSnapshot, residue: readonly string[]): RestoreReport {
  const detail =
    residue.length === 0
      ? `${lane.environment} serves ${nameOf(stable)} as before`
      : `${lane.environment} is not as before: ${residue.join('; ')}`;
  return { verified: residue.length === 0, detail, residue };
}

const nameOf = (arm: ArmSpec | null): string =>
  arm === null ? 'no model' : `version ${arm.version} (${arm.id})`;
