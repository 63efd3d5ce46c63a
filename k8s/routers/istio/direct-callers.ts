import type { Cluster, Manifest } from '../../api/cluster.ts';
import { keys, podSelector } from '../../names.ts';
import { fieldsOf, listOf } from '../split/dialect.ts';
import type { Fields } from '../split/dialect.ts';
import { isHostOf } from './virtual-service.ts';

/**
 * Who meets a candidate at any weight: subsets are parts of the Service's own endpoints, so that it has to select both
 * tracks, and whoever calls it past the route gets either. Said while a candidate is there.
 */
export async function directWarnings(
  cluster: Cluster,
  given: { readonly service: string; readonly route: string; readonly spec: Fields },
): Promise<readonly string[]> {
  const { service, route, spec } = given;
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, podSelector(service));
  if (!pods.some(({ metadata }) => metadata.labels?.[keys.track] === 'candidate')) return [];
  if (!splitsInMesh(spec, service, cluster.namespace))
    return [
      `VirtualService ${route} does not split what the mesh sends to the Service ${service} itself: the candidate gets a ` +
        `part of that at any weight. Put "mesh" into its spec.gateways and ${service} into its spec.hosts.`,
    ];
  if (pods.some(hasSidecar)) return [];
  return [
    `The pods of ${service} have no sidecar. If callers of the Service itself have none either, nothing splits for them, ` +
      'and the candidate gets a part of what they send at any weight: let them call by the gateway.',
  ];
}

/** Whether sidecars split calls of the Service by this VirtualService. Without gateways it is the mesh's alone. */
export function splitsInMesh(spec: Fields, service: string, namespace: string): boolean {
  const { gateways, hosts } = spec;
  const isOfMesh = !Array.isArray(gateways) || gateways.length === 0 || gateways.includes('mesh');
  return isOfMesh && Array.isArray(hosts) && hosts.some((host) => isHostOf(service, namespace, host));
}

/** As a container, or as Kubernetes has sidecars since 1.29. */
const hasSidecar = (pod: Manifest): boolean =>
  ['containers', 'initContainers'].some((field) =>
    listOf(fieldsOf(pod, 'spec'), field).some(({ name }) => name === 'istio-proxy'),
  );
