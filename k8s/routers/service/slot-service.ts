import type { LaneRef } from '../../../core/ids.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { Cluster, Manifest } from '../../api/cluster.ts';
import { slotSelector } from '../../names.ts';
import type { Slot } from '../../names.ts';
import { refuseOfOthers } from '../../of-lane.ts';
import { fieldsOf, listOf } from '../split/dialect.ts';
import type { Fields } from '../split/dialect.ts';
import { madeLabels } from '../split/make-route.ts';

/** A Service beside the lane's, with its ports, for one slot alone. */
export const slotService = (
  lane: LaneRef,
  service: Manifest,
  { name, slot }: { readonly name: string; readonly slot: Slot },
): Manifest => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, labels: madeLabels(lane) } },
  spec: {
    selector: slotSelector(service.metadata.name, slot),
    ports: listOf(fieldsOf(service, 'spec'), 'ports').map(({ nodePort: _, ...port }) => port),
  },
});

/** Makes such a Service, or brings it up to date. @throws LonghaulError Conflict where others have made one of the name */
export async function applySlotService(
  cluster: Cluster,
  lane: LaneRef,
  service: Manifest,
  place: { readonly name: string; readonly slot: Slot },
): Promise<void> {
  refuseOfOthers(await cluster.get(serviceRef(place.name)), lane);
  await cluster.apply(slotService(lane, service, place));
}

/** The lane's own Service. @throws LonghaulError NotFound */
export async function laneService(cluster: Cluster, service: string): Promise<Manifest> {
  const found = await cluster.get(serviceRef(service));
  if (found !== null) return found;
  throw new LonghaulError('NotFound', `There is no Service ${service} in ${cluster.name}.`);
}

export const serviceRef = (name: string) => ({ apiVersion: 'v1', kind: 'Service', name }) as const;

/** Labels that a Service's pods have. */
export const selectorOf = (service: Manifest): Fields => fieldsOf(fieldsOf(service, 'spec'), 'selector');
