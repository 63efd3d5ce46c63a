import type { BlueGreenSpec } from '../core/release.ts';
import type { ClusterDeployment, ContainerSpec } from '../core/serving.ts';
import type { DeploymentSettings } from './deployment-config.ts';
import type { ReleaseConfig } from './release-config.ts';
import { toStepSpec } from './step-spec.ts';
import type { Shared } from './step-spec.ts';

/** What replicas get on a cluster, from the files of an environment. They must have passed `checkDeployment`. */
export function toClusterDeployment(settings: DeploymentSettings): ClusterDeployment {
  const { resources = {}, autoscaling, maxUnavailable = 1, preStop = 5_000, manifests } = settings;
  const { cpu, memory, gpu } = resources;
  return {
    resources: {
      ...(cpu === undefined ? {} : { cpu }),
      ...(memory === undefined ? {} : { memory }),
      ...(gpu === undefined ? {} : { gpu }),
    },
    ...(autoscaling?.min === undefined || autoscaling.max === undefined
      ? {}
      : { autoscaling: { min: autoscaling.min, max: autoscaling.max, cpu: autoscaling.cpu ?? 70 } }),
    maxUnavailable,
    preStopSeconds: Math.ceil(preStop / 1_000),
    ...(manifests === undefined ? {} : { manifests }),
  };
}

export const toContainerSpec = ({
  image,
  startedBy,
  port,
  fetchModel,
}: NonNullable<ReleaseConfig['serve']['container']>): ContainerSpec => ({
  image,
  startedBy,
  port,
  fetchModel,
});

export const toBlueGreenSpec = (
  { preview, keepOld }: ReleaseConfig['blueGreen'],
  shared: Shared,
): BlueGreenSpec => ({
  ...(preview === undefined ? {} : { preview: toStepSpec('preview', [], preview, shared) }),
  keepOldMs: keepOld,
});
