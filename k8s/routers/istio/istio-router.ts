import { LonghaulError } from '../../../core/errors.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { KubernetesEnvironment } from '../../../config/cluster-config.ts';
import type { Cluster, Manifest, ObjectRef } from '../../api/cluster.ts';
import { fieldsOf, textOf } from '../split/dialect.ts';
import type { Dialect } from '../split/dialect.ts';
import { withTracks } from '../split/judge-change.ts';
import { judgeSplit } from '../split/judge-split.ts';
import { healed } from '../split/heal.ts';
import { prepareObject } from '../split/make-route.ts';
import { restoreObject } from '../split/restore-object.ts';
import { restoredRoute } from '../split/restored.ts';
import { routeWarnings, setRouteWeight, weightOfRoute } from '../split/route-writes.ts';
import { proxiesSettled } from '../split/settle.ts';
import type { TrackRouter } from '../track-router.ts';
import { restoredSubsets, withSubsets } from './destination-rule.ts';
import { directWarnings } from './direct-callers.ts';
import { newDestinationRule, newVirtualService } from './made-here.ts';
import { isHostOf, otherProtocols, virtualServiceDialect } from './virtual-service.ts';

export type IstioTraffic = Extract<KubernetesEnvironment['traffic'], { readonly kind: 'istio' }>;

/** Splits by the weights of a VirtualService, between the subsets `stable` and `candidate` of a DestinationRule. */
export function createIstioRouter(given: {
  readonly cluster: Cluster;
  readonly service: string;
  readonly traffic: IstioTraffic;
}): TrackRouter {
  const { cluster, service, traffic } = given;
  const { namespace } = cluster;
  const dialect = virtualServiceDialect(service, namespace);
  const refs = async (): Promise<{ readonly route: ObjectRef; readonly rule: ObjectRef }> => {
    const apiVersion = await servedVersion(cluster);
    return {
      route: { apiVersion, kind: 'VirtualService', name: traffic.virtualService ?? service },
      rule: { apiVersion, kind: 'DestinationRule', name: traffic.destinationRule ?? service },
    };
  };
  const routeAt = async () => ({ cluster, dialect, ref: (await refs()).route });

  const prepareRule = (ref: ObjectRef, lane: LaneRef): Promise<boolean> =>
    prepareObject(cluster, ref, 'destinationRule', {
      absent: traffic.destinationRule === undefined ? newDestinationRule(ref, lane, service) : null,
      rivals: (other) => isHostOf(service, namespace, fieldsOf(other, 'spec')['host']),
      prepared: (now) => {
        refuseOtherHost(now, service, namespace);
        return withSubsets(now);
      },
    });
  const prepareRoute = (ref: ObjectRef, lane: LaneRef): Promise<boolean> =>
    prepareObject(cluster, ref, 'virtualService', {
      absent:
        traffic.virtualService === undefined
          ? newVirtualService(ref, lane, { service, namespace }, traffic)
          : null,
      rivals: (other) => judgeSplit(dialect, other).split.length > 0,
      prepared: (now) => {
        refuseOtherProtocols(now, dialect, otherProtocols(fieldsOf(now, 'spec'), service, namespace));
        return withTracks(dialect, now);
      },
      settle: proxiesSettled,
    });
  /** Subsets that somebody has taken away come again: a weight between none of them is 503 for everybody. */
  const healRule = async (lane: LaneRef): Promise<readonly string[]> => {
    const { rule } = await refs();
    return healed(`DestinationRule ${rule.name}`, () => prepareRule(rule, lane));
  };

  return {
    prepare: async (lane) => {
      const { route, rule } = await refs();
      await prepareRule(rule, lane);
      await prepareRoute(route, lane);
    },
    get: async () => weightOfRoute(await routeAt()),
    set: async (lane, asked) => {
      const told = asked.force === true ? await healRule(lane) : [];
      return [...told, ...(await setRouteWeight(await routeAt(), asked))];
    },
    touches: async () => Object.values(await refs()),
    restore: async (_lane, objects) => {
      const { route, rule } = await refs();
      const residue = await restoreObject(cluster, route, objects, (now, then) =>
        restoredRoute(dialect, now, then),
      );
      // A route that is not as it was still names the subsets.
      if (residue.length > 0) return residue;
      return restoreObject(cluster, rule, objects, restoredSubsets, proxiesSettled);
    },
    warnings: async () => {
      const at = await routeAt();
      const spec = fieldsOf((await cluster.get(at.ref)) ?? {}, 'spec');
      const others = otherProtocols(spec, service, namespace);
      return [
        ...(await routeWarnings(at)),
        ...(await directWarnings(cluster, { service, route: at.ref.name, spec })),
        ...others.map(
          (field) => `spec.${field} of VirtualService ${at.ref.name} is not split: HTTP alone is.`,
        ),
      ];
    },
  };
}

/** Istio before 1.22 serves v1beta1 alone. */
async function servedVersion(cluster: Cluster): Promise<string> {
  const newest = 'networking.istio.io/v1';
  return (await cluster.has({ apiVersion: newest, kind: 'VirtualService' }))
    ? newest
    : 'networking.istio.io/v1beta1';
}

function refuseOtherHost(rule: Manifest, service: string, namespace: string): void {
  const { host } = fieldsOf(rule, 'spec');
  if (isHostOf(service, namespace, host)) return;
  throw new LonghaulError(
    'Conflict',
    `DestinationRule ${rule.metadata.name} is about the host ${textOf(host)}, not about the Service ${service}.`,
    { mend: 'Name another one in the environment: traffic.destinationRule.' },
  );
}

/** What is split by HTTP alone, where the route sends to the Service by other protocols only. */
function refuseOtherProtocols(route: Manifest, dialect: Dialect, others: readonly string[]): void {
  if (others.length === 0 || judgeSplit(dialect, route).split.length > 0) return;
  throw new LonghaulError(
    'Rejected',
    `VirtualService ${route.metadata.name} sends to the model server under spec.${others.join(' and spec.')}: these are not split.`,
    { mend: `Send to it under spec.http: ${dialect.example}` },
  );
}
