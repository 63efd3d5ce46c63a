import { GATEWAY_LABELS, GATEWAY_SERVICE, MESH_NAMESPACE, MESH_PORTS } from './components/mesh.ts';
import type { ClusterNetwork } from './network.ts';

/** The name of both gateways: Istio's and the Gateway API's. */
export const GATEWAY_NAME = 'longhaul';

/**
 * What makes the one Envoy serve both kinds of routes: a Service with its address, Istio's Gateway by label, and the
 * Gateway API's by the Service's address, which tells istiod to start none of its own.
 */
export function meshObjects(network: ClusterNetwork): object {
  const metadata = (name: string) => ({ name, namespace: MESH_NAMESPACE });
  const port = (name: string, number: number) => ({ name, port: number, targetPort: number });
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(GATEWAY_SERVICE),
    spec: {
      selector: GATEWAY_LABELS,
      ports: [port('http-istio', MESH_PORTS.istio), port('http-gateway-api', MESH_PORTS.gatewayApi)],
    },
  };
  const endpoints = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata(GATEWAY_SERVICE), labels: { 'kubernetes.io/service-name': GATEWAY_SERVICE } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [network.nodeAddress] }],
    ports: service.spec.ports.map(({ name, port }) => ({ name, port })),
  };
  const istioGateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: metadata(GATEWAY_NAME),
    spec: {
      selector: GATEWAY_LABELS,
      servers: [{ port: { number: MESH_PORTS.istio, name: 'http', protocol: 'HTTP' }, hosts: ['*/*'] }],
    },
  };
  const gatewayClass = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'istio' },
    spec: { controllerName: 'istio.io/gateway-controller' },
  };
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: metadata(GATEWAY_NAME),
    spec: {
      gatewayClassName: 'istio',
      addresses: [{ type: 'Hostname', value: `${GATEWAY_SERVICE}.${MESH_NAMESPACE}.svc.cluster.local` }],
      listeners: [
        {
          name: 'http',
          port: MESH_PORTS.gatewayApi,
          protocol: 'HTTP',
          allowedRoutes: { namespaces: { from: 'All' } },
        },
      ],
    },
  };
  return { apiVersion: 'v1', kind: 'List', items: [service, endpoints, istioGateway, gatewayClass, gateway] };
}
