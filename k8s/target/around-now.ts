import type { LaneRef } from '../../core/ids.ts';
import type { Cluster, Labels, Manifest } from '../api/cluster.ts';
import type { ArmManifests } from '../manifests/given.ts';
import { aroundPlan, type AroundPlan } from './around.ts';
import { kinds } from './kinds.ts';
import { refOf } from './restoration.ts';

/** What becomes of what stands around a slot's Deployment now. @throws LonghaulError Conflict */
export async function planAround(
  cluster: Cluster,
  lane: LaneRef,
  manifests: Pick<ArmManifests, 'deployment' | 'around'>,
): Promise<AroundPlan> {
  const [live, found] = await Promise.all([
    cluster.get(refOf(manifests.deployment)),
    aroundKinds(cluster, {}),
  ]);
  return aroundPlan(lane, manifests, live, found);
}

/** Autoscalers and disruption budgets of the namespace with these labels. */
export async function aroundKinds(cluster: Cluster, labels: Labels): Promise<readonly Manifest[]> {
  const lists = await Promise.all(
    [kinds.autoscaler, kinds.disruptionBudget].map((kind) => cluster.list(kind, labels)),
  );
  return lists.flat();
}
