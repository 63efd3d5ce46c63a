import { LonghaulError } from '../../core/errors.ts';
import type { RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import type { AskedWeight, TrackRouter } from '../routers/track-router.ts';
import type { LaneState } from './layout.ts';
import type { TargetParts } from './parts.ts';
import { refOf } from './restoration.ts';
import { bringStableBack } from './stable-back.ts';
import { answerResidue, beginUndo, nameOf, undoReport, type Undo } from './undo.ts';
import { ensureObject } from './write-object.ts';

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
  await putMissingRoutes(undo);
  const set = await setWhereThereIsARoute(router, snapshot, asked);
  if (set.refused !== undefined) return set.refused;
  for (const line of set.told) wait.tell(line);
  wait.tell(`traffic is back with ${nameOf(snapshot.stable)}`);
  return null;
}

/** What somebody has deleted since of the objects that lead the traffic: the rest of them may name it. */
async function putMissingRoutes({ parts, router, snapshot, before, wait }: Undo): Promise<void> {
  for (const { kind, name } of await router.touches(snapshot.lane)) {
    const then = before.objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (then === undefined || (await parts.cluster.get(refOf(then))) !== null) continue;
    wait.tell(`${kind} ${name} was gone: it comes as it was`);
    await ensureObject(parts.cluster, then);
  }
}

/** Where there was no route then and is none now, nothing is split. A gateway that refuses the route keeps users where they are. */
async function setWhereThereIsARoute(
  router: TrackRouter,
  { lane }: TargetSnapshot,
  asked: AskedWeight,
): Promise<{ readonly told: readonly string[]; readonly refused?: string }> {
  try {
    return { told: await router.set(lane, asked) };
  } catch (error) {
    if (!(error instanceof LonghaulError)) throw error;
    if (error.type === 'NotFound') return { told: [error.said] };
    if (error.type === 'Rejected') return { told: [], refused: error.message };
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
