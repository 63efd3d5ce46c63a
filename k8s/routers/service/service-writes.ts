import type { Cluster, Manifest, PatchOperation } from '../../api/cluster.ts';
import { isConflict } from '../rewrite.ts';
import { restorationPatch } from './selection.ts';
import type { SlotKey } from './selection.ts';
import { laneService, serviceRef } from './slot-service.ts';

/** Each meets another write only if one was made between a reading and its patch. */
const attempts = 10;

/**
 * Reads the Service, decides on a patch, and sends it; a patch that meets another write is decided again.
 *
 * @throws LonghaulError what `decide` throws; Conflict where others write all the time
 */
export async function repatch(
  cluster: Cluster,
  service: string,
  decide: (now: Manifest) => readonly PatchOperation[],
): Promise<Manifest> {
  for (let attempt = 1; ; attempt += 1) {
    const now = await laneService(cluster, service);
    const operations = decide(now);
    if (operations.length === 0) return now;
    try {
      return await cluster.patch(serviceRef(service), operations);
    } catch (error) {
      if (!isConflict(error) || attempt === attempts) throw error;
    }
  }
}

/** Lets the Service select what it selects in a snapshot's objects. @returns what could not be put back */
export async function restoreSelection(
  cluster: Cluster,
  service: string,
  key: SlotKey,
  objects: readonly Manifest[],
): Promise<readonly string[]> {
  const then = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === service);
  if (then === undefined || (await cluster.get(serviceRef(service))) === null) return [];
  let residue: readonly string[] = [];
  await repatch(cluster, service, (now) => {
    const { operations, kept } = restorationPatch(now, then, key);
    residue = kept
      ? [`Service ${service}: labels that others have put into its selector since are kept.`]
      : [];
    return operations;
  });
  return residue;
}
