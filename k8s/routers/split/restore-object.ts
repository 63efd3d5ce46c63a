import { canonicalJson } from '../../../core/canonical-json.ts';
import type { Cluster, Manifest, ObjectRef } from '../../api/cluster.ts';
import { rewrite } from '../rewrite.ts';
import { removeMade } from './make-route.ts';
import { existing } from './route-writes.ts';

export interface Restored {
  readonly object: Manifest;
  /** Others have changed their part since: it stays, and the object is not as it was. */
  readonly kept: boolean;
}

/**
 * Puts one object back as it is among a snapshot's objects; one that was not there then goes, if Longhaul made it.
 *
 * @param settle awaited before a write or a removal, where a route has just ceased to name what goes
 * @returns what could not be put back
 */
export async function restoreObject(
  cluster: Cluster,
  ref: ObjectRef,
  objects: readonly Manifest[],
  restored: (now: Manifest, then: Manifest) => Restored,
  settle: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const then = objects.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
  const now = await cluster.get(ref);
  if (then === undefined) {
    if (now === null) return [];
    await settle();
    return removeMade(cluster, now);
  }
  if (now === null) {
    await cluster.create(asNew(then));
    return [];
  }
  if (canonicalJson(restored(now, then).object) !== canonicalJson(now)) await settle();
  let residue: readonly string[] = [];
  await rewrite(
    cluster,
    () => existing(cluster, ref),
    (found) => {
      const { object, kept } = restored(found, then);
      residue = kept ? [keptWords(ref)] : [];
      return object;
    },
  );
  return residue;
}

const keptWords = ({ kind, name }: ObjectRef): string =>
  `${kind} ${name}: what others have changed since the snapshot is kept; its weights alone are put back.`;

/** Without what the API server gives an object of its own. */
const asNew = ({ status: _, ...object }: Manifest): Manifest => {
  const { uid, resourceVersion, generation, creationTimestamp, managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
};
