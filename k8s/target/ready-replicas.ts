import type { Cluster, Manifest } from '../api/cluster.ts';
import { keys } from '../names.ts';
import type { PodObject } from '../rollout/api-types.ts';
import { isEnding, isReady } from '../rollout/gather.ts';
import type { DeploymentView } from './deployment.ts';
import { kinds } from './kinds.ts';

/** How many pods of a Deployment serve its arm: a restart's are of two templates, but of one arm. */
export async function readyReplicas(cluster: Cluster, deployment: DeploymentView): Promise<number> {
  const pods = await cluster.list<PodObject>(kinds.pod, deployment.spec.selector.matchLabels);
  return pods.filter((pod) => isReady(pod) && !isEnding(pod) && isOfArm(deployment, pod)).length;
}

/** Those that a new template has not replaced yet serve the arm before; where nobody says which arm it is, none does. */
export const isOfArm = ({ spec }: DeploymentView, { metadata }: Manifest): boolean =>
  metadata.labels?.[keys.arm] === spec.template.metadata.labels[keys.arm];
