import { canonicalJson } from '../../core/canonical-json.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Manifest } from '../api/cluster.ts';
import { laneLabels } from '../names.ts';
import { kinds } from './kinds.ts';
import type { TargetParts } from './parts.ts';
import { refOf } from './restoration.ts';

/** Config that no Deployment refers to, nor any ReplicaSet that the cluster keeps to go back to. */
export function unusedConfigs(
  configs: readonly Manifest[],
  referring: readonly Manifest[],
): readonly Manifest[] {
  const said = referring.map((object) => canonicalJson(object.spec ?? null));
  return configs.filter(
    ({ metadata: { name } }) => !said.some((text) => text.includes(JSON.stringify(name))),
  );
}

export async function removeUnusedConfigs({ cluster }: TargetParts, lane: LaneRef): Promise<void> {
  const [configs, deployments, replicaSets] = await Promise.all(
    [kinds.configMap, kinds.deployment, kinds.replicaSet].map((kind) => cluster.list(kind, laneLabels(lane))),
  );
  for (const config of unusedConfigs(configs ?? [], [...(deployments ?? []), ...(replicaSets ?? [])]))
    await cluster.remove(refOf(config));
}
