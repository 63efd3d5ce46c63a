import { laneKey, type LaneRef } from '../../core/ids.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { HomePaths } from '../home.ts';
import type { DesiredLane, DesiredState } from '../supervisor/desired-state.ts';
import { changeDesired, readDesired } from '../supervisor/state-files.ts';

/** A lane as it is desired, at a revision of the whole. */
export interface LaneState {
  readonly revision: number;
  readonly lane: DesiredLane;
  readonly baseUrl: string;
  readonly envoyAdmin: number;
}

/** @throws LonghaulError Unreachable without a stack, NotPermitted for an environment that it does not have */
export async function readLane(home: HomePaths, lane: LaneRef): Promise<LaneState> {
  const state = await readDesired(home);
  if (state === null)
    throw new LonghaulError('Unreachable', 'There is no local stack here.', { mend: 'Run `longhaul up`.' });
  return laneIn(state, lane);
}

/**
 * Changes one lane: `change` sees its newest state, and answers the very same object to leave it alone.
 * @throws what `change` throws, with nothing changed
 */
export async function changeLane(
  home: HomePaths,
  lane: LaneRef,
  change: (now: DesiredLane) => DesiredLane,
): Promise<LaneState> {
  await readLane(home, lane);
  const state = await changeDesired(home, (before) => {
    if (before === null) throw new LonghaulError('Unreachable', `${home.desired} is gone.`);
    refuseSecondModel(before, lane);
    const now = laneIn(before, lane).lane;
    const next = change(now);
    return next === now ? before : { ...before, lanes: { ...before.lanes, [laneKey(lane)]: next } };
  });
  return laneIn(state, lane);
}

function laneIn(state: DesiredState, lane: LaneRef): LaneState {
  const environment = state.stack.environments[lane.environment];
  if (environment === undefined)
    throw new LonghaulError('NotPermitted', `The local stack has no environment ${lane.environment}.`, {
      mend: `Add \`environments.${lane.environment}\` to longhaul.server.yaml and run \`longhaul up\`.`,
    });
  return {
    revision: state.revision,
    lane: state.lanes[laneKey(lane)] ?? { lane, stable: null, candidate: null, candidateWeight: 0 },
    baseUrl: `http://127.0.0.1:${environment.port}`,
    envoyAdmin: state.stack.ports.envoyAdmin,
  };
}

function refuseSecondModel(state: DesiredState, lane: LaneRef): void {
  const other = Object.values(state.lanes).find(
    (known) =>
      known.lane.environment === lane.environment &&
      known.lane.model !== lane.model &&
      (known.stable !== null || known.candidate !== null),
  );
  if (other === undefined) return;
  throw new LonghaulError(
    'Conflict',
    `The port of ${lane.environment} already serves the model ${other.lane.model}; it can serve one.`,
    { mend: `Give ${lane.model} an environment of its own in longhaul.server.yaml.` },
  );
}
