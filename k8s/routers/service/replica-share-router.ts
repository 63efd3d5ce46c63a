import { LonghaulError } from '../../../core/errors.ts';
import type { Cluster } from '../../api/cluster.ts';
import { keys } from '../../names.ts';
import type { TrackRouter } from '../track-router.ts';
import { markOf } from '../weight-mark.ts';
import { awaitEndpoints, endpointsBySlot, readyPodsBySlot } from './endpoints.ts';
import { coarseWords, endpointsAt, shareOf, trackAt } from './replica-share.ts';
import { foreignSelection, notStanding, selectedBy, selectionPatch } from './selection.ts';
import { repatch, restoreSelection } from './service-writes.ts';
import { laneService, serviceRef } from './slot-service.ts';

/** The cluster's controllers change endpoints within a second. */
const endpointsWithinMs = 10_000;

/**
 * Splits without a mesh: the Service selects one track or both, and between 0 and 100 the ready replicas decide, so
 * that a weight is reached as near as their numbers allow. Who scales them does so before.
 */
export function createReplicaShareRouter(given: {
  readonly cluster: Cluster;
  readonly service: string;
}): TrackRouter {
  const { cluster, service } = given;
  const key = keys.track;

  return {
    prepare: async () => {
      await repatch(cluster, service, (now) => {
        const mark = markOf(now) ?? { arm: null, weight: 0 };
        const foreign = foreignSelection(now, key, trackAt(mark.weight));
        if (foreign !== null) throw foreign;
        return selectionPatch(now, key, trackAt(mark.weight), mark);
      });
    },
    get: async () => {
      const plain = await cluster.get(serviceRef(service));
      if (plain === null) return 0;
      const selected = selectedBy(plain, key);
      if (selected !== null) return selected === 'candidate' ? 100 : 0;
      return shareOf(await endpointsBySlot(cluster, service, key));
    },
    set: async (_lane, { weight, arm, force }) => {
      let overwritten: readonly string[] = [];
      await repatch(cluster, service, (now) => {
        const mark = markOf(now);
        const foreign = foreignSelection(now, key, trackAt(mark?.weight ?? 0));
        if (foreign !== null && force !== true) throw foreign;
        overwritten = foreign === null ? [] : [`Overwritten: ${foreign.said}`];
        return selectionPatch(now, key, trackAt(weight), { arm, weight });
      });
      const ready = await awaitEndpoints(cluster, service, key, endpointsAt(weight), endpointsWithinMs);
      const read = await laneService(cluster, service);
      const foreign = foreignSelection(read, key, trackAt(weight));
      if (foreign !== null) throw notStanding(foreign, force === true);
      if (!endpointsAt(weight)(ready)) throw notInEffect(service, weight, ready);
      return overwritten;
    },
    touches: () => Promise.resolve([serviceRef(service)]),
    restore: (_lane, objects) => restoreSelection(cluster, service, key, objects),
    warnings: async (_lane, weight) => {
      const plain = await cluster.get(serviceRef(service));
      const foreign =
        plain === null ? null : foreignSelection(plain, key, trackAt(markOf(plain)?.weight ?? 0));
      const coarse = coarseWords(weight, await readyPodsBySlot(cluster, service, key));
      return foreign === null ? coarse : [foreign.said, ...coarse];
    },
  };
}

const notInEffect = (
  service: string,
  weight: number,
  { stable = 0, candidate = 0 }: Readonly<Record<string, number>>,
): LonghaulError =>
  new LonghaulError(
    'NotVerified',
    `Service ${service} was set to ${weight} % for the candidate, and still has ${stable} ready endpoints of the stable arm and ${candidate} of the candidate.`,
  );
