import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Checkouts } from '../../core/ports/workspace.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type { Cluster } from '../api/cluster.ts';
import { serviceNameOf, type Slot } from '../names.ts';
import { armManifests } from './arm-manifests.ts';
import type { ArmInSlot, ArmManifests } from './given.ts';
import { ownManifests } from './own/own-manifests.ts';
import { isManifestFile, type ManifestFile } from './own/read-objects.ts';
import { serviceMonitorKind } from './service-monitor.ts';

/** The objects that an arm needs in a slot: Longhaul's, or the project's own at the arm's commit. */
export type ManifestsOf = (lane: LaneRef, slot: Slot, arm: ArmSpec) => Promise<ArmManifests>;

/** @throws LonghaulError of the function that is returned: InvalidConfig, NotPermitted, UnknownCommit */
export function createManifests(given: {
  readonly environment: KubernetesEnvironment;
  /** `mlflow.trackingUri` of the operator's file. */
  readonly trackingUri: string;
  readonly cluster: Pick<Cluster, 'has'>;
  readonly checkouts: Pick<Checkouts, 'list' | 'read'>;
}): ManifestsOf {
  const { environment, trackingUri, cluster, checkouts } = given;
  return async (lane, slot, arm) => {
    const placed: ArmInSlot = {
      ...{ lane, slot, arm, environment },
      service: environment.service ?? serviceNameOf(lane.model),
      mlflow: environment.mlflow ?? trackingUri,
    };
    const folder = arm.deployment?.manifests;
    const [monitored, files] = await Promise.all([
      cluster.has(serviceMonitorKind),
      folder === undefined ? null : readFolder(checkouts, arm, folder),
    ]);
    return folder === undefined || files === null
      ? armManifests(placed, monitored)
      : ownManifests(placed, { folder, files }, monitored);
  };
}

/** The YAML files of a folder at the arm's commit, however deep, by path. */
async function readFolder(
  checkouts: Pick<Checkouts, 'list' | 'read'>,
  { project, commit }: ArmSpec,
  folder: string,
): Promise<readonly ManifestFile[]> {
  const paths = Object.keys(await checkouts.list({ project, commit }, [folder]));
  const texts = paths
    .filter(isManifestFile)
    .map(async (file) => ({ file, text: (await checkouts.read({ project, commit }, file)) ?? '' }));
  return Promise.all(texts);
}
