import { LonghaulError } from '../../../core/errors.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { Cluster, Manifest } from '../../api/cluster.ts';
import { keys, laneLabels, namesOf } from '../../names.ts';
import type { Colour } from '../../names.ts';
import { removeMade } from '../split/make-route.ts';
import type { TrackRouter } from '../track-router.ts';
import { markOf } from '../weight-mark.ts';
import { colourAt, coloursOf, other, weightOfColours } from './colours.ts';
import type { Colours } from './colours.ts';
import { awaitEndpoints } from './endpoints.ts';
import type { ReadyBySlot } from './endpoints.ts';
import { foreignSelection, notStanding, selectionPatch } from './selection.ts';
import { repatch, restoreSelection } from './service-writes.ts';
import { applySlotService, laneService, serviceRef } from './slot-service.ts';

/** The cluster's controllers change endpoints within a second. */
const endpointsWithinMs = 10_000;

/**
 * Switches all traffic from one colour to the other by one patch of the Service's selector; the preview Service selects
 * the colour that the Service does not.
 */
export function createColourRouter(given: {
  readonly cluster: Cluster;
  readonly service: string;
}): TrackRouter {
  const { cluster, service } = given;
  const { preview } = namesOf(service);
  const key = keys.colour;

  const coloursNow = async (lane: LaneRef): Promise<Colours> =>
    coloursOf(service, await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, laneLabels(lane)));
  const showOther = async (lane: LaneRef, plain: Manifest, colour: Colour): Promise<void> => {
    await applySlotService(cluster, lane, plain, { name: preview, slot: other(colour) });
  };

  return {
    prepare: async (lane) => {
      const colours = await coloursNow(lane);
      let colour: Colour = 'green';
      const plain = await repatch(cluster, service, (now) => {
        const mark = markOf(now) ?? { arm: null, weight: 0 };
        colour = mark.colour ?? colourAt(mark.weight, colours, now);
        const foreign = foreignSelection(now, key, colour);
        if (foreign !== null) throw foreign;
        return selectionPatch(now, key, colour, { ...mark, colour });
      });
      await showOther(lane, plain, colour);
    },
    get: async (lane) => {
      const plain = await cluster.get(serviceRef(service));
      return plain === null ? 0 : weightOfColours(plain, await coloursNow(lane));
    },
    set: async (lane, { weight, arm, force }) => {
      refuseBetween(weight);
      const colours = await coloursNow(lane);
      let colour: Colour = 'green';
      let overwritten: readonly string[] = [];
      const plain = await repatch(cluster, service, (now) => {
        colour = colourAt(weight, colours, now);
        const foreign = foreignSelection(now, key, markOf(now)?.colour ?? colour);
        if (foreign !== null && force !== true) throw foreign;
        overwritten = foreign === null ? [] : [`Overwritten: ${foreign.said}`];
        return selectionPatch(now, key, colour, { arm, weight, colour });
      });
      await showOther(lane, plain, colour);
      const alone = (ready: ReadyBySlot): boolean => (ready[other(colour)] ?? 0) === 0;
      const ready = await awaitEndpoints(cluster, service, key, alone, endpointsWithinMs);
      const foreign = foreignSelection(await laneService(cluster, service), key, colour);
      if (foreign !== null) throw notStanding(foreign, force === true);
      if (!alone(ready)) throw notInEffect(service, colour, ready);
      return overwritten;
    },
    touches: () => Promise.resolve([serviceRef(service), serviceRef(preview)]),
    restore: async (_lane, objects) => [
      ...(await restoreSelection(cluster, service, key, objects)),
      ...(await restorePreview(cluster, preview, objects)),
    ],
    warnings: async () => {
      const plain = await cluster.get(serviceRef(service));
      const colour = plain === null ? undefined : markOf(plain)?.colour;
      const foreign = plain === null || colour === undefined ? null : foreignSelection(plain, key, colour);
      return foreign === null ? [] : [foreign.said];
    },
  };
}

async function restorePreview(
  cluster: Cluster,
  preview: string,
  objects: readonly Manifest[],
): Promise<readonly string[]> {
  if (objects.some(({ kind, metadata }) => kind === 'Service' && metadata.name === preview))
    return restoreSelection(cluster, preview, keys.colour, objects);
  const now = await cluster.get(serviceRef(preview));
  return now === null ? [] : removeMade(cluster, now);
}

function refuseBetween(weight: number): void {
  if (weight === 0 || weight === 100) return;
  throw new LonghaulError('Rejected', `Colours change all at once: a weight of ${weight} % is not possible.`);
}

const notInEffect = (service: string, colour: Colour, ready: ReadyBySlot): LonghaulError =>
  new LonghaulError(
    'NotVerified',
    `Service ${service} selects ${colour}, and still has ${ready[other(colour)] ?? 0} ready endpoints of ${other(colour)}.`,
  );
