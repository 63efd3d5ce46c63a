import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { Checkouts } from '../../core/ports/workspace.ts';
import type { Cluster } from '../api/cluster.ts';
import { createManifests } from '../manifests/index.ts';
import { createColourRouter, createTrackRouter } from '../routers/index.ts';
import type { TargetParts } from './parts.ts';

/** An environment on a cluster, as the operator's file says it. */
export interface GivenEnvironment {
  readonly cluster: Cluster;
  readonly environment: KubernetesEnvironment;
  /** `mlflow.trackingUri` of the operator's file. */
  readonly trackingUri: string;
  /** Keeps the objects of snapshots. */
  readonly store: ArtifactStore;
  /** For a project's own manifests. */
  readonly checkouts: Pick<Checkouts, 'list' | 'read'>;
}

/** Nothing is asked of the cluster before the first use. */
export function targetParts(given: GivenEnvironment): TargetParts {
  const { cluster, environment, store } = given;
  return {
    ...{ cluster, environment, store },
    manifestsOf: createManifests(given),
    routers: (service) => ({
      track: createTrackRouter({ cluster, service, traffic: environment.traffic }),
      colour: createColourRouter({ cluster, service }),
    }),
  };
}
