import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, ArmStatus, TargetStatus, Track } from '../../core/serving.ts';
import { weightInEnvoy } from '../envoy/admin.ts';
import type { HomePaths } from '../home.ts';
import { replicasOf } from '../lane-view.ts';
import type { ObservedProcess, ObservedState } from '../supervisor/observed-state.ts';
import { isRunning } from '../supervisor/process-identity.ts';
import { readObserved } from '../supervisor/state-files.ts';
import { readLane } from './lane-state.ts';

/** What the lane serves now: replicas as the supervisor sees them, the weight as Envoy has it. */
export async function observeLane(home: HomePaths, lane: LaneRef): Promise<TargetStatus> {
  const { lane: desired, baseUrl, envoyAdmin } = await readLane(home, lane);
  const { processes } = await observedByLiving(home);
  const arm = (track: Track, spec: ArmSpec | null): readonly ArmStatus[] =>
    spec === null ? [] : [armStatus(track, spec, replicasOf(lane, spec.id, processes))];
  return {
    lane,
    arms: [...arm('stable', desired.stable), ...arm('candidate', desired.candidate)],
    candidateWeight: await weightInEnvoy(envoyAdmin, lane, desired.candidate?.id ?? null),
    baseUrl,
  };
}

/** What the supervisor wrote, provided that it still lives: nobody else notices a crash or starts a replica. */
async function observedByLiving(home: HomePaths): Promise<ObservedState> {
  const observed = await readObserved(home);
  if (observed.supervisor !== null && (await isRunning(observed.supervisor))) return observed;
  throw new LonghaulError('Unreachable', 'The supervisor of the local stack does not run.', {
    mend: 'Run `longhaul up`; what was served comes back.',
  });
}

export function armStatus(track: Track, arm: ArmSpec, replicas: readonly ObservedProcess[]): ArmStatus {
  const broken = replicas.find(({ state, problem }) => state !== 'ready' && problem !== null);
  return {
    track,
    id: arm.id,
    version: arm.version,
    desired: arm.replicas,
    ready: replicas.filter(({ state }) => state === 'ready').length,
    restarts: replicas.reduce((sum, { restarts }) => sum + restarts, 0),
    ...(broken === undefined ? {} : { problem: problemOf(broken) }),
  };
}

function problemOf({ replica, problem, lastLines }: ObservedProcess): string {
  const log = lastLines.map((line) => `\n  ${line}`).join('');
  return `replica ${replica?.index ?? 0}: ${problem ?? ''}${log}`;
}
