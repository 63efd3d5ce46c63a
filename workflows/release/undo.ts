/** How each effect of a release is put back. All of them may run twice, and after a lost answer. */
import type { ModelVersion, RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import { undoRegistry, undoRollout } from '../activities.ts';
import { undoClaim } from './lane-claims.ts';
import type { HeldLanes } from './lanes.ts';

const nothingLeft = (where: string): RestoreReport => ({
  verified: true,
  detail: `nothing of this release is in ${where}`,
  residue: [],
});

/** Whether a lane serves something of the release, on either track. */
export async function servesRelease(release: string, { lane }: TargetSnapshot): Promise<boolean> {
  const { stable, candidate } = await undoRollout('what is served now').snapshot(lane);
  return stable?.release === release || candidate?.release === release;
}

/** Puts staging back under its lane, unless a later release has taken it over. */
export async function undoStaging(
  release: string,
  lanes: HeldLanes,
  before: TargetSnapshot,
): Promise<RestoreReport> {
  await lanes.take(before.lane, undoClaim);
  try {
    if (!(await servesRelease(release, before))) return nothingLeft('staging');
    return await undoRollout('undo staging').restoreTarget(before);
  } finally {
    await lanes.leave(before.lane);
  }
}

/** Traffic away from the candidate first: users are served by the champion while the rest is undone. */
export const undoTraffic = (before: TargetSnapshot): Promise<RestoreReport> =>
  undoRollout('traffic back to the champion').restoreTraffic(before);

export const undoServers = (before: TargetSnapshot): Promise<RestoreReport> =>
  undoRollout('servers and config as before').restoreTarget(before);

export const undoChampion = (own: OwnVersion, before: string | null): Promise<RestoreReport> =>
  undoAlias('champion', own, before);

/** Never back to what has become champion meanwhile. */
export async function undoChallenger(own: OwnVersion, before: string | null): Promise<RestoreReport> {
  const champion = await undoRegistry('who is champion').describeAlias({
    model: own.model,
    alias: 'champion',
  });
  return undoAlias('challenger', own, champion?.version.version === before ? null : before);
}

type OwnVersion = Pick<ModelVersion, 'model' | 'version'>;

/** An alias that another has moved on since stays where it is. */
const undoAlias = (
  alias: 'champion' | 'challenger',
  { model, version: own }: OwnVersion,
  before: string | null,
): Promise<RestoreReport> =>
  undoRegistry(`alias ${alias} as before`).restoreAlias({ model, alias, own, version: before });
