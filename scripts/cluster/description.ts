import { existsSync, readFileSync } from 'node:fs';
import type { Cluster } from './components/cluster.ts';
import { MESH_NAMESPACE, MESH_PORTS } from './components/mesh.ts';
import type { Node } from './machine.ts';
import { GATEWAY_NAME } from './mesh-objects.ts';
import type { ClusterPlace } from './place.ts';

/** What one needs to use a cluster; `cluster:up --json` prints it. */
export interface ClusterDescription {
  readonly name: string;
  readonly kubeconfig: string;
  readonly context: string;
  /** Where requests to routes of Istio's Gateway go, such as `http://10.250.0.2:8080`. */
  readonly gateway: string;
  /** Where requests to routes of the Gateway API go. */
  readonly gatewayApi: string;
  /** Both gateways, as `namespace/name`. */
  readonly gatewayName: string;
  /** Envoy's own page, with `/stats/prometheus`. */
  readonly envoyAdmin: string;
  readonly nodeAddress: string;
  /** This machine, as pods reach it: what serves them listens here. */
  readonly hostAddress: string;
  /** The first process of the node, in this machine's counting. */
  readonly nodePid: number;
  readonly folder: string;
}

export function describeCluster({ place, network }: Cluster, node: Node): ClusterDescription {
  const at = (port: number) => `http://${network.nodeAddress}:${port}`;
  return {
    name: place.name,
    kubeconfig: place.kubeconfig,
    context: place.name,
    gateway: at(MESH_PORTS.istio),
    gatewayApi: at(MESH_PORTS.gatewayApi),
    gatewayName: `${MESH_NAMESPACE}/${GATEWAY_NAME}`,
    envoyAdmin: at(MESH_PORTS.envoyAdmin),
    nodeAddress: network.nodeAddress,
    hostAddress: network.hostAddress,
    nodePid: node.pid,
    folder: place.folder,
  };
}

/** The description of a cluster that has come up; undefined where none has. */
export function readDescription(place: ClusterPlace): ClusterDescription | undefined {
  if (!existsSync(place.description)) return undefined;
  return JSON.parse(readFileSync(place.description, 'utf8')) as ClusterDescription;
}
