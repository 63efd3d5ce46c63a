import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { DeploymentTarget } from '../../core/ports/deployment-target.ts';
import type { ArmSpec, Track } from '../../core/serving.ts';
import { awaitObserved } from '../await-observed.ts';
import type { HomePaths } from '../home.ts';
import type { DesiredLane } from '../supervisor/desired-state.ts';
import { readObserved } from '../supervisor/state-files.ts';
import { changeLane, readLane } from './lane-state.ts';
import { restoreLane, restoreLaneTraffic } from './restore.ts';
import { awaitOthersEnded, awaitReplicas, awaitRouted } from './settle.ts';
import { observeLane } from './status.ts';

const readyWithinMs = 30_000;

/** Models served by processes on this machine: this writes what shall be, the supervisor makes it so. */
export function createLocalTarget(home: HomePaths): DeploymentTarget {
  return {
    snapshot: async (lane) => {
      const { stable, candidate, candidateWeight } = (await readLane(home, lane)).lane;
      return { lane, takenAt: new Date().toISOString(), stable, candidate, candidateWeight };
    },
    setCandidate: async (lane, arm) => {
      await changeLane(home, lane, (now) => withCandidate(now, arm));
    },
    scale: async (lane, track, replicas) => {
      await changeLane(home, lane, (now) => scaled(now, track, replicas));
      return replicas;
    },
    observe: (lane) => observeLane(home, lane),
    promote: async (lane, armId) => {
      await refuseUnready(home, lane, armId);
      const { revision } = await changeLane(home, lane, (now) => promoted(now, armId));
      await awaitRouted(home, revision);
      await awaitOthersEnded(home, lane, [armId]);
    },
    changed: async (_lane, withinMs) => {
      const before = JSON.stringify(await readObserved(home));
      await awaitObserved(home, withinMs, (seen) => (JSON.stringify(seen) === before ? null : true));
    },
    restoreTraffic: (lane, snapshot, onProgress) => restoreLaneTraffic(home, lane, snapshot, onProgress),
    restore: (lane, snapshot, onProgress) => restoreLane(home, lane, snapshot, onProgress),
  };
}

/** The arm on the candidate's track at weight 0. An arm that is there already keeps its replicas and its weight. */
function withCandidate(now: DesiredLane, arm: ArmSpec | null): DesiredLane {
  if (arm === null) return now.candidate === null ? now : { ...now, candidate: null, candidateWeight: 0 };
  if (now.candidate?.id === arm.id || now.stable?.id === arm.id) return now;
  if (now.candidate === null || now.candidate.release === arm.release)
    return { ...now, candidate: arm, candidateWeight: 0 };
  throw new LonghaulError(
    'Conflict',
    `${now.lane.environment} has a candidate of ${now.candidate.release}: ${now.candidate.id}.`,
    { mend: 'Wait until that release has ended, or abort it.' },
  );
}

function scaled(now: DesiredLane, track: Track, replicas: number): DesiredLane {
  const arm = now[track];
  if (arm === null)
    throw new LonghaulError('Conflict', `${now.lane.environment} has no ${track} arm to scale.`);
  return arm.replicas === replicas ? now : { ...now, [track]: { ...arm, replicas } };
}

function promoted(now: DesiredLane, armId: string): DesiredLane {
  if (now.candidate?.id === armId)
    return { ...now, stable: now.candidate, candidate: null, candidateWeight: 0 };
  if (now.stable?.id === armId && now.candidate === null) return now;
  const there = now.candidate === null ? 'no candidate' : `the candidate ${now.candidate.id}`;
  throw new LonghaulError('Conflict', `${now.lane.environment} has ${there}: ${armId} cannot be promoted.`);
}

/** Users get nothing from an arm without a replica. */
async function refuseUnready(home: HomePaths, lane: LaneRef, armId: string): Promise<void> {
  if (await awaitReplicas(home, lane, armId, 1, readyWithinMs)) return;
  throw new LonghaulError('NotReady', `No replica of ${armId} is ready: it cannot be promoted.`);
}
