import type { LaneRef } from '../../core/ids.ts';
import type { Endpoint } from '../lane-view.ts';
import { clusterName } from './names.ts';

/**
 * An arm as an upstream. Idle connections are closed after 2 s: before the servers' own limit (5 s is usual), so
 * that no request meets a connection that the server is just closing.
 */
export function cluster(lane: LaneRef, armId: string, endpointsFile: string): object {
  return {
    '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    name: clusterName(lane, armId),
    type: 'EDS',
    eds_cluster_config: {
      eds_config: { resource_api_version: 'V3', path_config_source: { path: endpointsFile } },
    },
    connect_timeout: '1s',
    lb_policy: 'ROUND_ROBIN',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http_protocol_options: {} },
        common_http_protocol_options: { idle_timeout: '2s' },
      },
    },
  };
}

/** The ready replicas of an arm. */
export function endpoints(lane: LaneRef, armId: string, ready: readonly Endpoint[]): object {
  return {
    '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
    cluster_name: clusterName(lane, armId),
    endpoints: [
      {
        lb_endpoints: ready.map(({ port }) => ({
          endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
        })),
      },
    ],
  };
}
