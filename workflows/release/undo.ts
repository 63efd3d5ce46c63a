/** How each effect of a release is put back. All of them may run twice, and after a lost answer. */
import type { RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import { registry, rollout, undoRegistry, undoRollout } from '../activities.ts';
import type { HeldLanes } from './lanes.ts';

const nothingLeft = (where: string): RestoreReport => ({
  verified: true,
  detail: `nothing of this release is in ${where}`,
  residue: [],
});

/** Whether a lane serves something of the release, on either track. */
export async function servesRelease(release: string, { lane }: TargetSnapshot): Promise<boolean> {
  const { stable, candidate } = await rollout('what is served now').snapshot(lane);
  return stable?.release === release || candidate?.release === release;
}

/** Puts staging back under its lane, unless a later release has taken it over. */
export async function undoStaging(
  release: string,
  lanes: HeldLanes,
  before: TargetSnapshot,
): Promise<RestoreReport> {
  await lanes.take(before.lane);
  try {
    if (!(await servesRelease(release, before))) return nothingLeft('staging');
    return await undoRollout.restoreTarget(before);
  } finally {
    await lanes.leave(before.lane);
  }
}

/** Traffic away from the candidate first: users are served by the champion while the rest is undone. */
export const undoTraffic = (before: TargetSnapshot): Promise<RestoreReport> =>
  undoRollout.restoreTraffic(before);

export const undoServers = (before: TargetSnapshot): Promise<RestoreReport> =>
  undoRollout.restoreTarget(before);

export const undoChampion = (model: string, before: string | null): Promise<RestoreReport> =>
  undoRegistry.restoreAlias({ model, alias: 'champion', version: before });

/** The alias `challenger` goes back only while it is still this release's own, and never to what became champion. */
export async function undoChallenger(
  model: string,
  own: string,
  before: string | null,
): Promise<RestoreReport> {
  const now = await registry.describeAlias({ model, alias: 'challenger' });
  if (now !== null && now.version.version !== own) {
    const detail = `version ${now.version.version} of another release is challenger now`;
    return { verified: true, detail, residue: [] };
  }
  const champion = await registry.describeAlias({ model, alias: 'champion' });
  const version = champion?.version.version === before ? null : before;
  return undoRegistry.restoreAlias({ model, alias: 'challenger', version });
}
