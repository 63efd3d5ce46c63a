import type { LaneRef } from '../../../core/ids.ts';
import type { Manifest, ObjectRef } from '../../api/cluster.ts';
import { madeLabels } from '../split/make-route.ts';
import { subsetOf } from './destination-rule.ts';

/** A VirtualService for all of the Service's traffic; without gateways it is the mesh's alone. */
export const newVirtualService = (
  { apiVersion, kind, name }: ObjectRef,
  lane: LaneRef,
  service: string,
  {
    hosts,
    gateways,
  }: { readonly hosts?: readonly string[] | undefined; readonly gateways: readonly string[] },
): Manifest => ({
  ...{ apiVersion, kind, metadata: { name, labels: madeLabels(lane) } },
  spec: {
    hosts: hosts ?? [service],
    ...(gateways.length === 0 ? {} : { gateways }),
    http: [{ name: 'model', route: [{ destination: { host: service, subset: 'stable' } }] }],
  },
});

export const newDestinationRule = (
  { apiVersion, kind, name }: ObjectRef,
  lane: LaneRef,
  service: string,
): Manifest => ({
  ...{ apiVersion, kind, metadata: { name, labels: madeLabels(lane) } },
  spec: { host: service, subsets: [subsetOf('stable'), subsetOf('candidate')] },
});
