import { z } from 'zod';
import type { LaneRef } from '../../core/ids.ts';
import { LonghaulError } from '../../core/errors.ts';
import { get } from '../supervisor/probe.ts';
import { clusterName, routeName } from './names.ts';
import { wholeWeight } from './routes.ts';

const route = z.object({
  name: z.string().optional(),
  route: z
    .object({
      weighted_clusters: z
        .object({ clusters: z.array(z.object({ name: z.string(), weight: z.number().default(0) })) })
        .optional(),
    })
    .optional(),
});

const dump = z.object({
  configs: z
    .array(
      z.object({
        version_info: z.string().optional(),
        route_config: z.object({
          name: z.string(),
          virtual_hosts: z.array(z.object({ routes: z.array(route) })),
        }),
      }),
    )
    .default([]),
});

/** A lane's routes as Envoy itself has them. */
export interface RoutesInEnvoy {
  readonly version: string;
  /** Percent of the requests without the header, by cluster. Empty where nothing is served. */
  readonly weights: ReadonlyMap<string, number>;
}

/** What Envoy routes by now, by lane's route name; it answers 404 before its first. @throws LonghaulError Unreachable */
export async function readRoutes(adminPort: number): Promise<ReadonlyMap<string, RoutesInEnvoy>> {
  const answer = await get(adminPort, '/config_dump?resource=dynamic_route_configs');
  if (answer?.status === 404) return new Map();
  if (answer?.status !== 200) throw unreachable(adminPort);
  const { configs } = dump.parse(JSON.parse(answer.body));
  return new Map(
    configs.map(({ version_info: version = '', route_config: { name, virtual_hosts: hosts } }) => {
      const all = hosts.flatMap(({ routes }) => routes);
      const clusters =
        all.find((entry) => entry.name === 'by-weight')?.route?.weighted_clusters?.clusters ?? [];
      return [
        name,
        { version, weights: new Map(clusters.map((share) => [share.name, toPercent(share.weight)])) },
      ];
    }),
  );
}

/** The share of an arm in a lane, in percent, as Envoy has it. */
export async function weightInEnvoy(adminPort: number, lane: LaneRef, armId: string | null): Promise<number> {
  if (armId === null) return 0;
  const lanes = await readRoutes(adminPort);
  return lanes.get(routeName(lane))?.weights.get(clusterName(lane, armId)) ?? 0;
}

const clusterList = z.object({
  cluster_statuses: z
    .array(
      z.object({
        name: z.string(),
        host_statuses: z
          .array(z.object({ address: z.object({ socket_address: z.object({ port_value: z.number() }) }) }))
          .default([]),
      }),
    )
    .default([]),
});

/** Ports of the endpoints that Envoy has, by cluster. @throws LonghaulError Unreachable */
export async function readEndpoints(adminPort: number): Promise<ReadonlyMap<string, readonly number[]>> {
  const answer = await get(adminPort, '/clusters?format=json');
  if (answer?.status !== 200) throw unreachable(adminPort);
  const { cluster_statuses: clusters } = clusterList.parse(JSON.parse(answer.body));
  return new Map(
    clusters.map(({ name, host_statuses: hosts }) => [
      name,
      hosts.map(({ address }) => address.socket_address.port_value),
    ]),
  );
}

const unreachable = (adminPort: number): LonghaulError =>
  new LonghaulError('Unreachable', `Envoy's admin page on port ${adminPort} does not answer.`, {
    mend: 'Is the stack up? `longhaul up` starts it.',
  });

const toPercent = (weight: number): number => (weight * 100) / wholeWeight;
