import type { KubernetesEnvironment } from '../../../config/cluster-config.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { Cluster, Manifest, ObjectRef } from '../../api/cluster.ts';
import { laneService, serviceRef, slotService } from '../service/slot-service.ts';
import { fieldsOf, listOf } from '../split/dialect.ts';
import { withTracks } from '../split/judge-change.ts';
import { judgeSplit } from '../split/judge-split.ts';
import { madeLabels, prepareObject, removeMade } from '../split/make-route.ts';
import { restoreObject } from '../split/restore-object.ts';
import { restoredRoute } from '../split/restored.ts';
import { existing, routeWarnings, setRouteWeight, weightOfRoute } from '../split/route-writes.ts';
import type { TrackRouter } from '../track-router.ts';
import { acceptanceOf, notAccepted } from './accepted.ts';
import { httpRouteDialect, trackService } from './http-route.ts';

export type GatewayTraffic = Extract<KubernetesEnvironment['traffic'], { readonly kind: 'gateway' }>;

/** A controller says within a second or so what it makes of a route. */
const acceptedWithinMs = 15_000;

const tracks = ['stable', 'candidate'] as const;

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
      const plain = await laneService(cluster, service);
      for (const track of tracks)
        await cluster.apply(slotService(lane, plain, { name: trackService(service, track), slot: track }));
      await prepareObject(cluster, ref, 'httpRoute', {
        absent: traffic.httpRoute === undefined ? newHttpRoute(ref, lane, plain, traffic) : null,
        rivals: (other) => judgeSplit(dialect, other).split.length > 0,
        prepared: (now) => withTracks(dialect, now),
      });
    },
    get: () => weightOfRoute(at),
    set: (_lane, asked) => setRouteWeight(at, asked, () => accepted(cluster, ref)),
    touches: () => Promise.resolve([ref, ...tracks.map((track) => serviceRef(trackService(service, track)))]),
    restore: async (_lane, objects) => {
      const residue = await restoreObject(cluster, ref, objects, (now, then) =>
        restoredRoute(dialect, now, then),
      );
      // A route that is not as it was still names the Services.
      if (residue.length > 0) return residue;
      const left = await Promise.all(
        tracks.map((track) => removeUnless(cluster, serviceRef(trackService(service, track)), objects)),
      );
      return left.flat();
    },
    warnings: () => routeWarnings(at),
  };
}

/** The route as it stands once its gateways have taken it. @throws LonghaulError NotVerified */
async function accepted(cluster: Cluster, ref: ObjectRef): Promise<Manifest> {
  const deadline = Date.now() + acceptedWithinMs;
  for (;;) {
    const route = await existing(cluster, ref);
    const acceptance = acceptanceOf(route);
    if (acceptance.kind === 'accepted') return route;
    const left = deadline - Date.now();
    if (left <= 0) throw notAccepted(route, acceptance);
    await cluster.changed([ref], {}, Math.min(left, 1000));
  }
}

/** Services of tracks hold nothing but what they were made with: one of the snapshot is as it was. */
async function removeUnless(
  cluster: Cluster,
  ref: ObjectRef,
  objects: readonly Manifest[],
): Promise<readonly string[]> {
  if (objects.some(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name)) return [];
  const now = await cluster.get(ref);
  return now === null ? [] : removeMade(cluster, now);
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
