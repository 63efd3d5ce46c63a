import type { ClusterNetwork } from '../network.ts';
import type { ClusterPlace } from '../place.ts';
import type { ClusterPrograms } from '../programs.ts';

/** What each component is described from. */
export interface Cluster {
  readonly place: ClusterPlace;
  readonly network: ClusterNetwork;
  readonly programs: ClusterPrograms;
}
