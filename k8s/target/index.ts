import { createClusterTarget, type ClusterTarget } from './cluster-target.ts';
import { targetParts, type GivenEnvironment } from './target-parts.ts';

/** An environment on a cluster, as the operator's file says it. Nothing is asked of the cluster before the first use. */
export const createKubernetesTarget = (given: GivenEnvironment): ClusterTarget =>
  createClusterTarget(targetParts(given));
