import type { LaneRef } from '../../core/ids.ts';
import { routeName } from './names.ts';

const types = 'type.googleapis.com/envoy.extensions.filters';

/** The front door of a lane: HTTP on the environment's port, its routes from a file of their own. */
export function listener(lane: LaneRef, port: number, routesFile: string): object {
  return {
    '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
    name: routeName(lane),
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': `${types}.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: routeName(lane),
              rds: {
                route_config_name: routeName(lane),
                config_source: { resource_api_version: 'V3', path_config_source: { path: routesFile } },
              },
              http_filters: [
                {
                  name: 'envoy.filters.http.router',
                  typed_config: { '@type': `${types}.http.router.v3.Router` },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}
