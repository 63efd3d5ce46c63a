import type { ArmSpec, RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import type { TrackRouter } from '../routers/track-router.ts';
import { hindranceOfVersion } from './answers.ts';
import type { Wait } from './await-rollout.ts';
import type { LaneState } from './layout.ts';
import { routerFor, type TargetParts } from './parts.ts';
import { readLane } from './read-lane.ts';
import { laneBefore, type LaneBefore } from './snapshot.ts';

/** A way back, from a lane as it was found to what it was. */
export interface Undo {
  readonly parts: TargetParts;
  readonly snapshot: TargetSnapshot;
  readonly before: LaneBefore;
  readonly found: LaneState;
  readonly router: TrackRouter;
  readonly wait: Wait;
}

const withinMs = 600_000;

export async function beginUndo(
  parts: TargetParts,
  snapshot: TargetSnapshot,
  tell: (line: string) => void,
): Promise<Undo> {
  const [before, found] = await Promise.all([laneBefore(parts, snapshot), readLane(parts, snapshot.lane)]);
  const layout = found.layout ?? before.state.layout;
  const wait = { tell, deadline: Date.now() + withinMs };
  return { parts, snapshot, before, found, router: routerFor(parts, snapshot.lane, layout), wait };
}

/** What users get instead of the stable arm's answers. */
export async function answerResidue({ parts, snapshot: { stable } }: Undo): Promise<readonly string[]> {
  const hindrance = stable === null ? null : await hindranceOfVersion(parts.environment, stable);
  return hindrance === null ? [] : [hindrance];
}

/**
 * @param kept what others have made since and what stays so: told, but no reason to try again
 * @param lost what others have changed since and is as before again
 */
export function undoReport(
  { lane, stable }: TargetSnapshot,
  residue: readonly string[],
  kept: readonly string[] = [],
  lost: readonly string[] = [],
): RestoreReport {
  const detail =
    residue.length === 0
      ? [`${lane.environment} serves ${nameOf(stable)} as before`, ...kept, ...lost].join('; ')
      : `${lane.environment} is not as before: ${[...residue, ...lost].join('; ')}`;
  return { verified: residue.length === 0, detail, residue: [...residue, ...kept] };
}

export const nameOf = (arm: ArmSpec | null): string =>
  arm === null ? 'no model' : `version ${arm.version} (${arm.id})`;
