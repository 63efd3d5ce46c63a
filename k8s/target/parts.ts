import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type { Cluster } from '../api/cluster.ts';
import type { ArmManifests } from '../manifests/given.ts';
import { serviceNameOf, type Slot } from '../names.ts';
import type { TrackRouter } from '../routers/track-router.ts';
import type { Layout, LaneState } from './layout.ts';

/** What a target on a cluster rests on. */
export interface TargetParts {
  readonly cluster: Cluster;
  readonly environment: KubernetesEnvironment;
  /** Keeps the objects of snapshots. */
  readonly store: ArtifactStore;
  readonly manifestsOf: (lane: LaneRef, slot: Slot, arm: ArmSpec) => Promise<ArmManifests>;
  readonly routers: (service: string) => Readonly<Record<Layout, TrackRouter>>;
}

export const serviceOf = ({ environment }: Pick<TargetParts, 'environment'>, { model }: LaneRef): string =>
  environment.service ?? serviceNameOf(model);

/** Who splits the traffic of a lane in this layout; one that serves nothing yet has no colours. */
export const routerFor = (parts: TargetParts, lane: LaneRef, layout: Layout | null): TrackRouter =>
  parts.routers(serviceOf(parts, lane))[layout ?? 'track'];

export const routerOf = (parts: TargetParts, { lane, layout }: LaneState): TrackRouter =>
  routerFor(parts, lane, layout);
