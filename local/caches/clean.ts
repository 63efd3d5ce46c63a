import { mayGo, type CacheEntry, type CacheKind } from '../../core/caches.ts';
import type { HomePaths } from '../home.ts';
import { cacheEntries } from './entries.ts';
import { evict } from './evict.ts';
import { cachePlaces } from './places.ts';

/** Takes out all entries of these kinds but those that something running may have been given. Resolves to both. */
export async function cleanCaches(
  home: HomePaths,
  kinds: readonly CacheKind[],
): Promise<{ readonly gone: readonly CacheEntry[]; readonly kept: readonly CacheEntry[] }> {
  const entries = await cacheEntries(cachePlaces(home), kinds);
  const gone = await evict(home, (inUse) => entries.filter((entry) => mayGo(entry, inUse)));
  return { gone, kept: entries.filter((entry) => !gone.includes(entry)) };
}
