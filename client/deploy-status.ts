import type { EnvironmentConfig, ServerConfig } from '../config/server-config.ts';
import type { LaneRef } from '../core/ids.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { TargetStatus, Track } from '../core/serving.ts';
import { createCluster } from '../k8s/api/create-cluster.ts';
import type { Slot } from '../k8s/names.ts';
import { observeLane } from '../k8s/target/observe.ts';
import { readLane } from '../k8s/target/read-lane.ts';
import { targetParts } from '../k8s/target/target-parts.ts';
import type { HomePaths } from '../local/home.ts';
import { createLocalTarget } from '../local/target/local-target.ts';

/** What an environment serves, and how. */
export interface DeployStatus extends TargetStatus {
  /** The cluster as `context/namespace`; null: this machine. */
  readonly cluster: string | null;
  /** `track`: a candidate beside the stable arm. `colour`: two that take turns. Null: nothing is served yet, or not on a cluster. */
  readonly layout: 'track' | 'colour' | null;
  /** Who splits the traffic: `istio`, `gateway`, `service`, or `envoy` of this machine. */
  readonly router: string;
  /** The Deployments that serve the tracks: of colours, which one. */
  readonly slots: Readonly<Partial<Record<Track, Slot>>>;
}

/** @throws LonghaulError Conflict for a Deployment that others have made, Unreachable, NotPermitted */
export async function deployStatus(
  given: {
    readonly config: ServerConfig;
    readonly home: HomePaths;
    readonly store: ArtifactStore;
    readonly environment: EnvironmentConfig;
  },
  lane: LaneRef,
): Promise<DeployStatus> {
  const { config, environment, home, store } = given;
  if (environment.target === 'local') {
    const status = await createLocalTarget(home).observe(lane);
    return { ...status, cluster: null, layout: null, router: 'envoy', slots: {} };
  }
  const cluster = createCluster(environment);
  const { trackingUri } = config.mlflow;
  const parts = targetParts({ cluster, environment, store, trackingUri, checkouts: noFiles });
  const [status, { layout, stable, candidate }] = await Promise.all([
    observeLane(parts, lane),
    readLane(parts, lane),
  ]);
  return {
    ...status,
    ...{ cluster: cluster.name, layout },
    router: layout === 'colour' ? 'service' : environment.traffic.kind,
    slots: {
      ...(stable === null ? {} : { stable: stable.slot }),
      ...(candidate === null ? {} : { candidate: candidate.slot }),
    },
  };
}

/** What is served is read from the cluster alone. */
const noFiles = { list: () => Promise.resolve({}), read: () => Promise.resolve(null) };
