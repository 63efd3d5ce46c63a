import { LonghaulError } from '../../core/errors.ts';
import type { RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import { isOfLane } from '../of-lane.ts';
import { proxiesSettled } from '../routers/split/settle.ts';
import { awaitOthersGone, awaitRollout } from './await-rollout.ts';
import { kinds } from './kinds.ts';
import type { TargetParts } from './parts.ts';
import { readObjects } from './read-lane.ts';
import { moveTraffic } from './restore-traffic.ts';
import { differences, overwritten, restorationPlan } from './restoration.ts';
import { answerResidue, beginUndo, undoReport, type Undo } from './undo.ts';
import { ensureObject, putBack } from './write-object.ts';

const goneWithinMs = 60_000;

/**
 * Traffic first; then the objects as they were and the candidate away, the routes, and last what nobody needs any
 * more. Verified by reading back and by the answers that users get.
 */
export async function restoreLane(
  parts: TargetParts,
  snapshot: TargetSnapshot,
  tell: (line: string) => void,
): Promise<RestoreReport> {
  const undo = await beginUndo(parts, snapshot, tell);
  const unmoved = await moveTraffic(undo);
  if (unmoved !== null) return undoReport(snapshot, [unmoved]);
  const isRoute = await routesOf(undo);
  const { unready, lost } = await putObjectsBack(undo, isRoute);
  const kept = await putRoutesBack(undo, isRoute);
  await removeWhatCame(undo);
  const isCompared: Is = (object) => !isRoute(object) || (kept.length === 0 && !undo.before.routesOfDead);
  const residue = [...unready, ...(await objectResidue(undo, isCompared)), ...(await answerResidue(undo))];
  return undoReport(snapshot, residue, kept, lost);
}

type Is = (object: Manifest) => boolean;

/** Objects whose content is the router's to put back. */
async function routesOf({ router, snapshot: { lane } }: Undo): Promise<Is> {
  const touched = await router.touches(lane);
  return ({ kind, metadata }) => touched.some((ref) => ref.kind === kind && ref.name === metadata.name);
}

/** Objects but routes as they were, and no pod of another arm: a route as it was may lead to all of them. */
async function putObjectsBack(
  { parts, snapshot, before, wait }: Undo,
  isRoute: Is,
): Promise<{ readonly unready: readonly string[]; readonly lost: readonly string[] }> {
  const { cluster } = parts;
  const { lane, stable, candidate } = snapshot;
  const then = before.objects.filter((object) => !isRoute(object));
  const now = await readObjects(parts, lane);
  const plan = restorationPlan(then, now);
  const lost = overwritten(then, now);
  for (const line of lost) wait.tell(line);
  for (const ref of plan.release) await cluster.remove(ref);
  for (const object of plan.put) {
    wait.tell(`${object.kind} ${object.metadata.name} as it was`);
    await putBack(cluster, object);
  }
  const gone = plan.remove.filter(({ kind }) => workloads.includes(kind));
  if (stable !== null && gone.some(({ kind }) => kind === kinds.deployment.kind)) await proxiesSettled();
  for (const ref of gone) await cluster.remove(ref);
  const slots = [before.state.stable, before.state.candidate].flatMap((served) => served?.slot ?? []);
  const unready: string[] = [];
  for (const slot of slots) {
    try {
      await awaitRollout(parts, lane, slot, wait);
    } catch (error) {
      if (!(error instanceof LonghaulError) || error.type !== 'NotReady') throw error;
      unready.push(error.message);
    }
  }
  const kept = [stable, candidate].flatMap((arm) => arm?.id ?? []);
  const left = await awaitOthersGone(parts, lane, kept, goneWithinMs);
  return { unready: [...unready, ...left.map((name) => `Pod ${name} is still there`)], lost };
}

const workloads: readonly string[] = [kinds.deployment.kind, kinds.disruptionBudget.kind];

/** A route that was there comes again as it was; those of a dead candidate were set to nobody already. */
async function putRoutesBack(
  { parts, router, snapshot, before }: Undo,
  isRoute: Is,
): Promise<readonly string[]> {
  if (before.routesOfDead) return [];
  const routes = before.objects.filter(isRoute);
  for (const route of routes) if (route.kind === kinds.service.kind) await ensureObject(parts.cluster, route);
  return router.restore(snapshot.lane, routes);
}

/** Services, config and whatever else the release has made; what others have made is theirs. */
async function removeWhatCame({ parts, snapshot, before }: Undo): Promise<void> {
  const made = (await readObjects(parts, snapshot.lane)).filter((object) => isOfLane(object, snapshot.lane));
  for (const ref of restorationPlan(before.objects, made).remove) await parts.cluster.remove(ref);
}

/** Where the lane is not as it was, read anew; its weight is read in any case. */
async function objectResidue(
  { parts, router, snapshot, before }: Undo,
  isCompared: Is,
): Promise<readonly string[]> {
  const { lane, candidateWeight } = snapshot;
  const now = await readObjects(parts, lane);
  const weight = before.state.stable === null ? candidateWeight : await router.get(lane);
  return [
    ...differences(before.objects.filter(isCompared), now.filter(isCompared)),
    ...(weight === candidateWeight
      ? []
      : [`the candidate has ${weight} % of the traffic instead of ${candidateWeight} %`]),
  ];
}
