import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, ClusterDeployment, ContainerSpec } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import type { Slot } from '../names.ts';

/** An arm and where it shall run. The Deployment has `arm.replicas`, unless an autoscaler counts them. */
export interface ArmInSlot {
  readonly lane: LaneRef;
  readonly slot: Slot;
  readonly arm: ArmSpec;
  /** Name of the Service, which all other names are made from. */
  readonly service: string;
  readonly environment: KubernetesEnvironment;
  /** Address of MLflow as pods reach it. */
  readonly mlflow: string;
}

/** The objects of an arm in a slot, in the order that they are written. */
export interface ArmManifests {
  /** Named by their content, and immutable. */
  readonly configs: readonly Manifest[];
  readonly deployment: Manifest;
  /** What stands around the slot's Deployment, and goes with it. */
  readonly around: readonly Manifest[];
  /** Of the whole lane, whichever arm is served: Services, whose selectors are the router's, and what else there is. */
  readonly shared: readonly Manifest[];
}

/** @throws LonghaulError InvalidConfig */
export function containerOf({ lane, arm }: Pick<ArmInSlot, 'lane' | 'arm'>): ContainerSpec {
  const { container } = arm.serve;
  if (container !== undefined) return container;
  throw new LonghaulError(
    'InvalidConfig',
    `${arm.id} says no image, and ${lane.environment} is on a cluster.`,
    { mend: 'Add release.serve.container to longhaul.yaml, and release anew.' },
  );
}

/** What replicas get; plans of a time before the environment was on a cluster say nothing of it. */
export const deploymentOf = ({ deployment }: ArmSpec): ClusterDeployment =>
  deployment ?? { resources: {}, maxUnavailable: 1, preStopSeconds: 5 };
