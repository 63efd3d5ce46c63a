import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { Cluster, Manifest } from '../api/cluster.ts';
import { keys } from '../names.ts';
import { readyPodsOf } from '../routers/service/endpoints.ts';
import { kinds } from './kinds.ts';
import type { LaneState } from './layout.ts';
import { ownersOf } from './owners.ts';
import { serviceOf, type TargetParts } from './parts.ts';

const slices = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' } as const;

/**
 * A first release narrows the Service, or its route, to pods with the label of a track. Where users are served by pods
 * without one, nobody would be: that is refused before anything is written.
 *
 * @throws LonghaulError Conflict, with who serves and how to go on
 */
export async function refuseServedByOthers(parts: TargetParts, { lane, stable }: LaneState): Promise<void> {
  if (stable !== null) return;
  const service = serviceOf(parts, lane);
  const pods = (await readyPods(parts.cluster, service)).filter(isOfNoSlot);
  if (pods.length === 0) return;
  throw servedByOthers(lane, service, pods.length, await ownersOf(parts.cluster, pods));
}

/** Whether the label that tells arms apart is missing. */
export const isOfNoSlot = ({ metadata: { labels = {} } }: Manifest): boolean =>
  labels[keys.track] === undefined && labels[keys.colour] === undefined;

export function servedByOthers(
  { environment }: LaneRef,
  service: string,
  ready: number,
  owners: readonly string[],
): LonghaulError {
  const said = owners.length === 0 ? '' : ` of ${owners.join(' and ')}`;
  const isNamedSo = owners.length === 1 && owners[0] === `Deployment ${service}`;
  const adopting = `\`longhaul deploy adopt ${environment} --model-version N\` take it over`;
  return new LonghaulError(
    'Conflict',
    `Service ${service} in ${environment} sends users to ${ready} ready pod${ready === 1 ? '' : 's'}${said} that Longhaul has not made: a release would leave them without an answer.`,
    {
      mend: isNamedSo
        ? `Let ${adopting}, which shows first what it would change.`
        : `Give the server's Deployment the name of its Service, ${service}, and let ${adopting}; or say another name as \`service\` of ${environment} in longhaul.server.yaml: a new Service is made beside the one that is there.`,
    },
  );
}

async function readyPods(cluster: Cluster, service: string): Promise<readonly Manifest[]> {
  const served = await cluster.list(slices, { 'kubernetes.io/service-name': service });
  const names = new Set(served.flatMap(readyPodsOf));
  const pods = await Promise.all([...names].map((name) => cluster.get({ ...kinds.pod, name })));
  return pods.filter((pod) => pod !== null);
}
