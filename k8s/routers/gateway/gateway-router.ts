import type { KubernetesEnvironment } from '../../../config/cluster-config.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { Cluster, Manifest, ObjectRef } from '../../api/cluster.ts';
import { keys } from '../../names.ts';
import { restoreSelection } from '../service/service-writes.ts';
import { laneService, serviceRef } from '../service/slot-service.ts';
import { fieldsOf, listOf } from '../split/dialect.ts';
import { healed } from '../split/heal.ts';
import { withTracks } from '../split/judge-change.ts';
import { judgeSplit } from '../split/judge-split.ts';
import { madeLabels, prepareObject } from '../split/make-route.ts';
import { restoreObject } from '../split/restore-object.ts';
import { restoredRoute } from '../split/restored.ts';
import { routeWarnings, setRouteWeight, weightOfRoute } from '../split/route-writes.ts';
import { proxiesSettled } from '../split/settle.ts';
import type { TrackRouter } from '../track-router.ts';
import { whenAccepted } from './accepted.ts';
import { httpRouteDialect, trackService } from './http-route.ts';
import {
  makeTrackServices,
  narrowToStable,
  removeTrackServices,
  trackServiceRefs,
} from './track-services.ts';

export type GatewayTraffic = Extract<KubernetesEnvironment['traffic'], { readonly kind: 'gateway' }>;

/** Splits by the weights of an HTTPRoute, between the Services of the tracks. */
export function createGatewayRouter(given: {
  readonly cluster: Cluster;
  readonly service: string;
  readonly traffic: GatewayTraffic;
}): TrackRouter {
  const { cluster, service, traffic } = given;
  const dialect = httpRouteDialect(service, cluster.namespace);
  const ref: ObjectRef = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    name: traffic.httpRoute ?? service,
  };
  const at = { cluster, dialect, ref };

  return {
    prepare: async (lane) => {
      await makeTrackServices(cluster, lane, service);
      await narrowToStable(cluster, service);
      const plain = await laneService(cluster, service);
      await prepareObject(cluster, ref, 'httpRoute', {
        absent: traffic.httpRoute === undefined ? newHttpRoute(ref, lane, plain, traffic) : null,
        rivals: (other) => judgeSplit(dialect, other).split.length > 0,
        prepared: (now) => withTracks(dialect, now),
        settle: proxiesSettled,
      });
    },
    get: () => weightOfRoute(at),
    set: async (lane, asked) => {
      const told =
        asked.force === true
          ? await healed(`Services of the tracks of ${service}`, () =>
              makeTrackServices(cluster, lane, service),
            )
          : [];
      const before = await cluster.get(ref);
      const taken = (): Promise<Manifest> => whenAccepted(cluster, ref, before);
      return [...told, ...(await setRouteWeight(at, asked, taken))];
    },
    touches: () => Promise.resolve([ref, serviceRef(service), ...trackServiceRefs(service)]),
    restore: async (_lane, objects) => {
      const residue = await restoreObject(cluster, ref, objects, (now, then) =>
        restoredRoute(dialect, now, then),
      );
      // A route that is not as it was still names the Services.
      if (residue.length > 0) return residue;
      return [
        ...(await removeTrackServices(cluster, service, objects)),
        ...(await restoreSelection(cluster, service, keys.track, objects)),
      ];
    },
    warnings: () => routeWarnings(at),
  };
}

/** A route for all of the Service's traffic at the operator's Gateway. @throws LonghaulError InvalidConfig */
function newHttpRoute(
  { apiVersion, kind, name }: ObjectRef,
  lane: LaneRef,
  service: Manifest,
  { parent, hosts }: GatewayTraffic,
): Manifest {
  if (parent === undefined)
    throw new LonghaulError(
      'InvalidConfig',
      `The environment ${lane.environment} names neither an HTTPRoute nor the Gateway of one that Longhaul makes.`,
      { mend: 'Say traffic.httpRoute, or traffic.parent as namespace/name.' },
    );
  const [first = '', second] = parent.split('/');
  const parentRef = second === undefined ? { name: first } : { namespace: first, name: second };
  const port = listOf(fieldsOf(service, 'spec'), 'ports')[0]?.['port'];
  const backend = { name: trackService(service.metadata.name, 'stable'), port };
  return {
    ...{ apiVersion, kind, metadata: { name, labels: madeLabels(lane) } },
    spec: {
      parentRefs: [parentRef],
      ...(hosts === undefined ? {} : { hostnames: hosts }),
      rules: [{ backendRefs: [{ ...backend, weight: 100 }] }],
    },
  };
}
