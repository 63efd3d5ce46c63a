import type { KubernetesEnvironment } from '../config/cluster-config.ts';
import { planArm } from '../config/plan-arm.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { releaseId } from '../core/ids.ts';
import { plannedArm } from '../core/planned-arm.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { Checkouts } from '../core/ports/workspace.ts';
import type { EnvironmentPlan, ReleasePlan } from '../core/release.ts';
import type { ArmSpec, ModelVersion } from '../core/serving.ts';
import type { Cluster } from '../k8s/api/cluster.ts';
import { previewRelease } from '../k8s/dry-run/preview-release.ts';
import type { ReleasePreview } from '../k8s/dry-run/preview-release.ts';
import { readLane } from '../k8s/target/read-lane.ts';
import { targetParts } from '../k8s/target/target-parts.ts';

/** A model version, and the plan of a commit that it would be served by. */
export interface Deployable {
  readonly project: string;
  readonly commit: string;
  readonly plan: ReleasePlan;
  readonly environment: EnvironmentPlan;
  readonly version: Omit<ModelVersion, 'tags'>;
}

/** Where it would be served. */
export interface Place {
  readonly cluster: Cluster;
  readonly environment: KubernetesEnvironment;
  readonly config: ServerConfig;
  readonly store: ArtifactStore;
  readonly checkouts: Pick<Checkouts, 'list' | 'read'>;
}

/** What a release of this version by this commit would leave behind in the environment. Nothing is written. */
export async function previewDeployment(
  place: Place,
  deployable: Deployable,
  tell: (line: string) => void,
): Promise<ReleasePreview> {
  const { plan, environment, version } = deployable;
  const { cluster } = place;
  const lane = { model: version.model, environment: environment.name };
  const partsOn = (on: Cluster) =>
    targetParts({ ...place, cluster: on, trackingUri: place.config.mlflow.trackingUri });
  tell(`reading what ${lane.environment} serves`);
  const { stable } = await readLane(partsOn(cluster), lane);
  const arm = armOf(deployable, stable?.arm ?? null);
  tell(`asking ${cluster.name} what it would make of each object`);
  const weights = environment.name === plan.production.name ? plan.canary.weights : [100];
  return previewRelease({ cluster, partsOn, lane, arm, weights });
}

/**
 * The arm as a release would plan it. What is served already keeps its release: what differs then was changed by hand,
 * or by another Longhaul.
 */
function armOf(deployable: Deployable, stable: ArmSpec | null): ArmSpec {
  const { commit, version, environment } = deployable;
  const isServed =
    stable?.commit === commit && stable.version === version.version && stable.runId === version.runId;
  const release = isServed ? stable.release : releaseId(version.model, commit, 1);
  return planArm(plannedArm({ ...deployable, release, replicas: environment.replicas }));
}
