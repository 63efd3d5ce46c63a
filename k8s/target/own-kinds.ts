import { z } from 'zod';
import type { Cluster, Kind, Manifest } from '../api/cluster.ts';
import { keys } from '../names.ts';
import { kinds, laneKinds } from './kinds.ts';

const noted = z.array(z.object({ apiVersion: z.string(), kind: z.string() }));

/** Kinds that a project's own manifests have brought to the lane so far: an undo looks for objects of them, too. */
export async function readOwnKinds(cluster: Cluster, service: string): Promise<readonly Kind[]> {
  return ownKindsIn(await cluster.get({ ...kinds.service, name: service }));
}

/** Notes kinds before objects of them are made, so that whoever undoes a release finds them. Kinds only come to be more. */
export async function noteOwnKinds(
  cluster: Cluster,
  service: string,
  manifests: readonly Manifest[],
): Promise<void> {
  const name = { ...kinds.service, name: service };
  const found = await cluster.get(name);
  const known = ownKindsIn(found);
  const came = manifests.filter((manifest) => ![...laneKinds, ...known].some((kind) => isOf(kind, manifest)));
  if (found === null || came.length === 0) return;
  const all = [...known, ...came.map(({ apiVersion, kind }) => ({ apiVersion, kind }))];
  const { annotations, resourceVersion } = found.metadata;
  const value = JSON.stringify(all);
  await cluster.patch(
    name,
    annotations === undefined
      ? [
          { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
          { op: 'add', path: '/metadata/annotations', value: { [keys.kinds]: value } },
        ]
      : [{ op: 'add', path: `/metadata/annotations/${keys.kinds.replaceAll('/', '~1')}`, value }],
  );
}

export function ownKindsIn(service: Manifest | null): readonly Kind[] {
  const text = service?.metadata.annotations?.[keys.kinds];
  if (text === undefined) return [];
  try {
    return noted.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}

const isOf = ({ apiVersion, kind }: Kind, manifest: Manifest): boolean =>
  manifest.kind === kind && manifest.apiVersion === apiVersion;
