import { LonghaulError } from '../../core/errors.ts';
import type { RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import type { AskedWeight, TrackRouter } from '../routers/track-router.ts';
import type { LaneState } from './layout.ts';
import type { TargetParts } from './parts.ts';
import { bringStableBack } from './stable-back.ts';
import { answerResidue, beginUndo, nameOf, undoReport, type Undo } from './undo.ts';

/**
 * Gives the traffic back to the snapshot's stable arm: that one is made ready first, only then the weight is moved,
 * whoever has set it. When it does not get ready, users stay where they are and the report says so.
 */
export async function restoreLaneTraffic(
  parts: TargetParts,
  snapshot: TargetSnapshot,
  tell: (line: string) => void,
): Promise<RestoreReport> {
  const undo = await beginUndo(parts, snapshot, tell);
  const unmoved = await moveTraffic(undo);
  return undoReport(snapshot, unmoved === null ? await answerResidue(undo) : [unmoved]);
}

/** @returns null, or why users stay where they are */
export async function moveTraffic(undo: Undo): Promise<string | null> {
  const { parts, snapshot, before, found, router, wait } = undo;
  refuseOtherRelease(found, snapshot);
  if (found.layout === null && before.state.stable === null) return null;
  const unready = await bringStableBack(parts, found, before, wait);
  if (unready !== null) return unready;
  const isAsThen = found.candidate !== null && found.candidate.arm.id === snapshot.candidate?.id;
  const asked = isAsThen
    ? { weight: snapshot.candidateWeight, arm: found.candidate.arm.id, force: true }
    : { weight: 0, arm: null, force: true };
  for (const line of await setWhereThereIsARoute(router, snapshot, asked)) wait.tell(line);
  wait.tell(`traffic is back with ${nameOf(snapshot.stable)}`);
  return null;
}

/** A route that somebody has deleted splits nothing; it comes again with the rest. */
async function setWhereThereIsARoute(
  router: TrackRouter,
  { lane }: TargetSnapshot,
  asked: AskedWeight,
): Promise<readonly string[]> {
  try {
    return await router.set(lane, asked);
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'NotFound') return [error.said];
    throw error;
  }
}

/** What a later release has made of the lane is not undone by an earlier one's snapshot. */
function refuseOtherRelease({ lane, stable, candidate }: LaneState, before: TargetSnapshot): void {
  const known = [before.stable?.id, before.candidate?.id, stable?.arm.id];
  if (stable === null || stable.arm.id === before.stable?.id) return;
  if (candidate === null || known.includes(candidate.arm.id)) return;
  if (candidate.arm.release === stable.arm.release) return;
  throw new LonghaulError(
    'Conflict',
    `${lane.environment} is being released to by ${candidate.arm.release}: it cannot be put back now.`,
    { mend: 'Abort that release first, or let it end.' },
  );
}
