import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import type { Cluster } from '../api/cluster.ts';
import { createGatewayRouter } from './gateway/gateway-router.ts';
import { createIstioRouter } from './istio/istio-router.ts';
import { createReplicaShareRouter } from './service/replica-share-router.ts';
import type { TrackRouter } from './track-router.ts';

export { createColourRouter } from './service/colour-router.ts';

/** The router of a lane whose arms are tracks, by the environment's `traffic`. */
export function createTrackRouter(given: {
  readonly cluster: Cluster;
  readonly service: string;
  readonly traffic: KubernetesEnvironment['traffic'];
}): TrackRouter {
  const { cluster, service, traffic } = given;
  switch (traffic.kind) {
    case 'istio':
      return createIstioRouter({ cluster, service, traffic });
    case 'gateway':
      return createGatewayRouter({ cluster, service, traffic });
    case 'service':
      return createReplicaShareRouter({ cluster, service });
  }
}
