import { canonicalJson } from '../../core/canonical-json.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { Track } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import { awaitRollout, type Wait } from './await-rollout.ts';
import { changedByOthers } from '../routers/who-wrote.ts';
import { autoscaled, comparable, isFields } from './comparable.ts';
import { deploymentView, readyOfNewest } from './deployment.ts';
import { kinds } from './kinds.ts';
import type { LaneState, ServedArm } from './layout.ts';
import type { TargetParts } from './parts.ts';
import { patience, type Patience } from './patience.ts';
import { readLane } from './read-lane.ts';
import { readyReplicas } from './ready-replicas.ts';
import { refOf } from './restoration.ts';
import { setReplicas } from './scale.ts';
import { trackLabelPath } from './slot-writes.ts';
import type { LaneBefore } from './snapshot.ts';
import { ensureObject, putBack } from './write-object.ts';

/** A stable arm that has come back in part takes the traffic once no further replica has come for so long. */
const furtherReplicaWithinMs = 30_000;

/**
 * Has the stable arm of before serving, while whoever has the traffic keeps it. Normally it is. One that serves with
 * fewer replicas than then, or whose pods are just being replaced, takes the traffic as it is: few good answers are
 * better than bad ones, and the rest comes after the traffic.
 *
 * @returns null, or why no replica of it gets ready
 */
export async function bringStableBack(
  parts: TargetParts,
  now: LaneState,
  before: LaneBefore,
  wait: Wait,
): Promise<string | null> {
  const wanted = before.state.stable;
  if (wanted === null) return null;
  const live = now.stable?.slot === wanted.slot ? now.stable : null;
  if (live !== null && (await servesNow(parts, live, wanted))) {
    if (live.view.spec.replicas < wanted.arm.replicas)
      await setReplicas(parts.cluster, refOf(live.deployment), wanted.arm.replicas);
    return null;
  }
  if (live === null || !isWhole(wanted, live)) await putStable(parts, now, before, wanted);
  wait.tell(`waiting for ${wanted.arm.id}`);
  try {
    await awaitRollout(parts, now.lane, wanted.slot, { ...wait, patience: forMoreThanOne(wait) });
    return null;
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.type !== 'NotReady') throw error;
    const { stable } = await readLane(parts, now.lane);
    return stable !== null && (await servesNow(parts, stable, wanted)) ? null : error.message;
  }
}

const servesNow = async ({ cluster }: TargetParts, live: ServedArm, wanted: ServedArm): Promise<boolean> =>
  live.arm.id === wanted.arm.id && (await readyReplicas(cluster, live.view)) > 0;

/** The first replica is waited for until the deadline, the others while they come. */
function forMoreThanOne({ deadline }: Wait): Patience {
  const others = patience(furtherReplicaWithinMs);
  return (view) => (readyOfNewest(view) > 0 ? others(view) : deadline - Date.now());
}

/** Its config first. A colour that took over since becomes the candidate again, with its traffic. */
async function putStable(
  { cluster }: TargetParts,
  now: LaneState,
  { objects }: LaneBefore,
  { deployment, slot, arm }: ServedArm,
): Promise<void> {
  const live = [now.stable, now.candidate].find((served) => served?.slot === slot) ?? null;
  const configs = objects.filter(({ kind }) => kind === kinds.configMap.kind);
  await Promise.all(configs.map((config) => ensureObject(cluster, config)));
  if (now.layout === 'colour' && now.stable !== null && now.stable.slot !== slot)
    await cluster.patch(refOf(now.stable.deployment), [
      { op: 'add', path: trackLabelPath, value: 'candidate' satisfies Track },
    ]);
  const written = deploymentView(await putBack(cluster, notFewer(wantedManifest(deployment, objects), live)));
  if (written.spec.replicas < arm.replicas) await setReplicas(cluster, refOf(deployment), arm.replicas);
}

const wantedManifest = (deployment: Manifest, objects: readonly Manifest[]): Manifest =>
  [...comparable([deployment], autoscaled(objects)).values()][0] ?? deployment;

/** Replicas that others have added stay until the traffic is back: users may need them. */
function notFewer(wanted: Manifest, live: ServedArm | null): Manifest {
  const { spec } = wanted;
  if (live === null || !isFields(spec) || typeof spec.replicas !== 'number') return wanted;
  const now = live.view.spec.replicas;
  const isTheirs = changedByOthers(live.deployment, ['spec', 'replicas']) !== null;
  return isTheirs && spec.replicas < now ? { ...wanted, spec: { ...spec, replicas: now } } : wanted;
}

/** Its pods run what they did, as many or more: all else about it can wait until the traffic is back. */
function isWhole(wanted: ServedArm, live: ServedArm): boolean {
  const [then, now] = [wanted, live].map(({ deployment }) => canonicalJson(podSpecOf(deployment)));
  return then === now && live.view.spec.replicas >= wanted.arm.replicas;
}

function podSpecOf({ spec }: Manifest): unknown {
  const template = isFields(spec) ? spec.template : null;
  return isFields(template) ? (template.spec ?? null) : null;
}
