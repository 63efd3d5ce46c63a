import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Labels, Manifest } from '../api/cluster.ts';
import type { ArmManifests } from '../manifests/given.ts';
import { isManagedHere, isOfLane } from '../of-lane.ts';
import { templateLabels } from './adoption.ts';
import { armIn } from './arm-annotation.ts';
import { autoscaled, keyOf } from './comparable.ts';
import { deploymentView } from './deployment.ts';
import { kinds } from './kinds.ts';
import { budgetLabels } from './slot-objects.ts';

/** What becomes of autoscalers and disruption budgets around a slot's Deployment when an arm is written there. */
export interface AroundPlan {
  readonly put: readonly Manifest[];
  readonly remove: readonly Manifest[];
  /** The Deployment's replicas are an autoscaler's, whoever has made it. */
  readonly isScaled: boolean;
}

/**
 * Those of others, adopted or not, stay: two disruption budgets of a pod would hold up every drain of its node. One that
 * the project asks for takes the place of an adopted one; it is refused beside one of others.
 *
 * @param live the slot's Deployment as it is
 * @param found all autoscalers and disruption budgets of the namespace
 * @throws LonghaulError Conflict, naming the one of others
 */
export function aroundPlan(
  lane: LaneRef,
  { deployment, around }: Pick<ArmManifests, 'deployment' | 'around'>,
  live: Manifest | null,
  found: readonly Manifest[],
): AroundPlan {
  const standing = found.filter((object) => standsAround(deployment, live, object));
  const isMade = (object: Manifest): boolean => isOfLane(object, lane) && isManagedHere(object);
  const others = standing.filter((object) => !isMade(object));
  const ofKind = (kind: string) => (object: Manifest) => object.kind === kind;
  const isOwn = armIn(deployment)?.deployment?.manifests !== undefined;
  const asked = around.filter((object) => isOwn || object.kind === kinds.autoscaler.kind);
  const replaced = others.filter(({ kind }) => asked.some(ofKind(kind)));
  const rival = replaced.find((object) => !isOfLane(object, lane));
  if (rival !== undefined) throw besideOthers(lane, deployment, rival);
  const put = around.filter((object) => asked.includes(object) || !others.some(ofKind(object.kind)));
  const kept = new Set(put.map(keyOf));
  return {
    put,
    remove: [...standing.filter(isMade), ...replaced].filter((object) => !kept.has(keyOf(object))),
    isScaled: [...put, ...others].some(ofKind(kinds.autoscaler.kind)),
  };
}

function standsAround(deployment: Manifest, live: Manifest | null, object: Manifest): boolean {
  if (object.kind === kinds.autoscaler.kind) return autoscaled([object]).includes(deployment.metadata.name);
  const wanted = Object.entries(budgetLabels(object));
  const pods = { ...selectedBy(live), ...templateLabels(deployment) };
  return wanted.length > 0 && wanted.every(([key, value]) => pods[key] === value);
}

/** The selector of a Deployment that was adopted stays, and so do the labels of its pods. */
const selectedBy = (live: Manifest | null): Labels =>
  live === null ? {} : deploymentView(live).spec.selector.matchLabels;

const besideOthers = (
  { environment }: LaneRef,
  { metadata }: Manifest,
  { kind, metadata: { name } }: Manifest,
): LonghaulError =>
  new LonghaulError(
    'Conflict',
    `${kind} ${name} in ${environment} is about the Deployment ${metadata.name} already, and was not made by Longhaul; a second one would meet it.`,
    {
      mend:
        kind === kinds.autoscaler.kind
          ? `Leave \`deployment.autoscaling\` (or the one in your own manifests) out: ${name} goes on counting its replicas. Or delete ${name}.`
          : `Leave the one in your own manifests out, or delete ${name}.`,
    },
  );
