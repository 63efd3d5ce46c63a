import { laneKey, type LaneRef } from '../../core/ids.ts';
import { LonghaulError } from '../../core/errors.ts';
import { awaitObserved } from '../await-observed.ts';
import type { HomePaths } from '../home.ts';
import { replicasOf } from '../lane-view.ts';
import { isRunning } from '../supervisor/process-identity.ts';
import { readObserved } from '../supervisor/state-files.ts';

const routedWithinMs = 30_000;
const endedWithinMs = 60_000;

/** Waits until Envoy itself reports the routes of a revision. @throws LonghaulError Unreachable, NotVerified */
export async function awaitRouted(home: HomePaths, revision: number): Promise<void> {
  const routed = await awaitObserved(home, routedWithinMs, (seen) =>
    seen.routedRevision >= revision ? true : null,
  );
  if (routed === null)
    throw await notSettled(home, `Envoy has not taken over the routes of revision ${revision}`);
}

/** Waits until `enough` replicas of an arm are ready. @returns whether they are in time */
export async function awaitReplicas(
  home: HomePaths,
  lane: LaneRef,
  armId: string,
  enough: number,
  withinMs: number,
): Promise<boolean> {
  const ready = await awaitObserved(home, withinMs, ({ processes }) => {
    const replicas = replicasOf(lane, armId, processes).filter(({ state }) => state === 'ready');
    return replicas.length >= enough ? true : null;
  });
  return ready !== null;
}

/** Waits until the lane has processes of these arms only. @throws LonghaulError Unreachable, NotVerified */
export async function awaitOthersEnded(
  home: HomePaths,
  lane: LaneRef,
  kept: readonly string[],
): Promise<void> {
  const key = laneKey(lane);
  const ended = await awaitObserved(home, endedWithinMs, ({ processes }) =>
    processes.some(({ replica }) => replica?.laneKey === key && !kept.includes(replica.armId)) ? null : true,
  );
  if (ended === null) throw await notSettled(home, `Replicas that are no longer wanted in ${key} do not end`);
}

async function notSettled(home: HomePaths, what: string): Promise<LonghaulError> {
  const { supervisor, problem } = await readObserved(home);
  const runs = supervisor !== null && (await isRunning(supervisor));
  if (runs) return new LonghaulError('NotVerified', `${what}${problem === null ? '' : ` (${problem})`}.`);
  return new LonghaulError('Unreachable', `${what}: the supervisor does not run.`, {
    mend: 'Run `longhaul up`.',
  });
}
