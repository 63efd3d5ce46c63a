import type { LaneRef } from '../../../core/ids.ts';
import type { Manifest, ObjectRef } from '../../api/cluster.ts';
import { madeLabels } from '../split/make-route.ts';
import { subsetOf } from './destination-rule.ts';
import { isHostOf } from './virtual-service.ts';

/**
 * A VirtualService for all of the Service's traffic: by the gateways, and by sidecars of those who call the Service
 * itself. Istio takes no host `*` for the mesh.
 */
export const newVirtualService = (
  { apiVersion, kind, name }: ObjectRef,
  lane: LaneRef,
  { service, namespace }: { readonly service: string; readonly namespace: string },
  {
    hosts = [],
    gateways,
  }: { readonly hosts?: readonly string[] | undefined; readonly gateways: readonly string[] },
): Manifest => {
  const inMesh = !hosts.includes('*');
  const isNamed = hosts.some((host) => isHostOf(service, namespace, host));
  const ways = inMesh && !gateways.includes('mesh') ? [...gateways, 'mesh'] : gateways;
  return {
    ...{ apiVersion, kind, metadata: { name, labels: madeLabels(lane) } },
    spec: {
      hosts: inMesh && !isNamed ? [...hosts, service] : hosts,
      ...(gateways.length === 0 ? {} : { gateways: ways }),
      http: [{ name: 'model', route: [{ destination: { host: service, subset: 'stable' } }] }],
    },
  };
};

export const newDestinationRule = (
  { apiVersion, kind, name }: ObjectRef,
  lane: LaneRef,
  service: string,
): Manifest => ({
  ...{ apiVersion, kind, metadata: { name, labels: madeLabels(lane) } },
  spec: { host: service, subsets: [subsetOf('stable'), subsetOf('candidate')] },
});
