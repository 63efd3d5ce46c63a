import { z } from 'zod';
import type { Cluster, Manifest } from '../api/cluster.ts';
import { kinds } from './kinds.ts';

const owned = z.object({
  metadata: z.object({
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().default(false) }))
      .default([]),
  }),
});

/** Who runs these pods, such as `Deployment flights`: of a ReplicaSet, its Deployment. */
export async function ownersOf(cluster: Cluster, pods: readonly Manifest[]): Promise<readonly string[]> {
  const nearest = distinct(pods.flatMap(controllersOf));
  const owners = await Promise.all(
    nearest.map(async (owner) => {
      if (owner.kind !== kinds.replicaSet.kind) return [owner];
      const replicaSet = await cluster.get({ ...kinds.replicaSet, name: owner.name });
      const above = replicaSet === null ? [] : controllersOf(replicaSet);
      return above.length === 0 ? [owner] : above;
    }),
  );
  return distinct(owners.flat()).map(titleOf);
}

interface Owner {
  readonly kind: string;
  readonly name: string;
}

const controllersOf = (object: Manifest): readonly Owner[] =>
  owned.safeParse(object).data?.metadata.ownerReferences.filter(({ controller }) => controller) ?? [];

const titleOf = ({ kind, name }: Owner): string => `${kind} ${name}`;

const distinct = (owners: readonly Owner[]): readonly Owner[] => [
  ...new Map(owners.map((owner) => [titleOf(owner), owner])).values(),
];
