import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from '../component.ts';
import { kubeconfigOf } from '../kubeconfig.ts';
import type { Cluster } from './cluster.ts';

/** Ports of the mesh on the node. */
export const MESH_PORTS = { istio: 8080, gatewayApi: 8081, envoyAdmin: 15000, istiodHealth: 15080 } as const;

export const MESH_NAMESPACE = 'istio-system';
export const GATEWAY_LABELS = { istio: 'ingressgateway', app: 'istio-ingressgateway' } as const;
export const GATEWAY_SERVICE = 'istio-ingressgateway';

const DISCOVERY = '127.0.0.1:15010';

/** istiod as a plain process on the node, without what only Istio's own build of Envoy understands. */
export function istiod({ place, programs }: Cluster): Component {
  const file = write(join(place.folder, 'istio'), 'mesh.yaml', {
    enableAutoMtls: false,
    accessLogFile: '',
    defaultProviders: {},
    defaultConfig: { discoveryAddress: DISCOVERY, controlPlaneAuthPolicy: 'NONE' },
    ingressControllerMode: 'OFF',
    trustDomain: 'cluster.local',
  });
  return {
    name: 'istiod',
    command: programs.find('pilot-discovery'),
    args: [
      'discovery',
      `--kubeconfig=${kubeconfigOf(place, 'admin')}`,
      `--meshConfig=${file}`,
      `--httpAddr=0.0.0.0:${MESH_PORTS.istiodHealth}`,
      `--grpcAddr=${DISCOVERY}`,
      '--secureGRPCAddr=',
      '--httpsAddr=',
      '--monitoringAddr=127.0.0.1:15014',
      '--domain=cluster.local',
      '--keepaliveMaxServerConnectionAge=24h',
    ],
    environment: {
      ...programs.environment,
      POD_NAME: 'istiod',
      POD_NAMESPACE: MESH_NAMESPACE,
      CLUSTER_ID: 'Kubernetes',
      REVISION: 'default',
      PILOT_ENABLE_ALPN_FILTER: 'false',
      PILOT_ENABLE_METADATA_EXCHANGE: 'false',
      PILOT_ENABLE_GATEWAY_API: 'true',
      PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: 'false',
      ENABLE_CA_SERVER: 'false',
      ENABLE_LEADER_ELECTION: 'false',
      VALIDATION_WEBHOOK_CONFIG_NAME: '',
      INJECTION_WEBHOOK_CONFIG_NAME: '',
    },
  };
}

/** A plain Envoy that istiod takes for the proxy of its ingress gateway. */
export function gatewayProxy({ place, network, programs }: Cluster): Component {
  const address = (host: string, port: number) => ({ socket_address: { address: host, port_value: port } });
  const [host = '', port = ''] = DISCOVERY.split(':');
  const file = write(join(place.folder, 'envoy'), 'bootstrap.yaml', {
    admin: { address: address('0.0.0.0', MESH_PORTS.envoyAdmin) },
    node: {
      id: `router~${network.nodeAddress}~gateway.${MESH_NAMESPACE}~${MESH_NAMESPACE}.svc.cluster.local`,
      cluster: `${GATEWAY_SERVICE}.${MESH_NAMESPACE}`,
      metadata: {
        NAME: 'gateway',
        NAMESPACE: MESH_NAMESPACE,
        CLUSTER_ID: 'Kubernetes',
        ISTIO_VERSION: '1.31.0',
        MESH_ID: 'cluster.local',
        INSTANCE_IPS: network.nodeAddress,
        SERVICE_ACCOUNT: 'gateway',
        LABELS: GATEWAY_LABELS,
        PROXY_CONFIG: {},
      },
    },
    dynamic_resources: {
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'discovery' } }],
      },
      lds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
      cds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
    },
    static_resources: {
      clusters: [
        {
          name: 'discovery',
          type: 'STATIC',
          connect_timeout: '1s',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: 'discovery',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(host, Number(port)) } }] }],
          },
        },
      ],
    },
  });
  return {
    name: 'envoy',
    command: programs.find('envoy'),
    args: ['-c', file, '--concurrency', '2', '--log-level', 'warn', '--disable-hot-restart'],
    environment: programs.environment,
  };
}

function write(folder: string, name: string, configuration: object): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(configuration, null, 2));
  return file;
}
