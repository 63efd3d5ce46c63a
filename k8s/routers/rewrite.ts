import { canonicalJson } from '../../core/canonical-json.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { Cluster, Manifest } from '../api/cluster.ts';

/** Each meets another write only if one was made between a reading and its write, some milliseconds. */
const attempts = 10;

/**
 * Reads an object, decides what it shall be, and writes it with the version that was read. A write that meets another
 * is read and decided again; one that would change nothing is left out.
 *
 * @throws LonghaulError what `decide` throws; Conflict where others write all the time
 */
export async function rewrite(
  cluster: Cluster,
  read: () => Promise<Manifest>,
  decide: (now: Manifest) => Manifest,
): Promise<Manifest> {
  for (let attempt = 1; ; attempt += 1) {
    const now = await read();
    const next = decide(now);
    if (canonicalJson(now) === canonicalJson(next)) return now;
    try {
      return await cluster.replace(next);
    } catch (error) {
      if (!isConflict(error) || attempt === attempts) throw error;
    }
  }
}

export const isConflict = (error: unknown): boolean =>
  error instanceof LonghaulError && error.type === 'Conflict';
