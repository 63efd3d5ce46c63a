import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheKinds, mayGo, type CacheEntry, type CachesInUse } from '../../core/caches.ts';
import type { HomePaths } from '../home.ts';
import { whenFree } from '../with-lock.ts';
import { stampedAt, trashName } from './entries.ts';
import { cachesInUse } from './in-use.ts';
import { whileLeasesStand } from './leases.ts';
import { cachePlaces } from './places.ts';

/**
 * Takes out those of the entries that `choose` names and that nothing holds; from then on their place is free, and
 * whoever needs one makes or gets it anew. Removing the files, which takes its time, keeps nobody waiting.
 * @returns what was taken out
 */
export async function evict(
  home: HomePaths,
  choose: (inUse: CachesInUse) => readonly CacheEntry[],
): Promise<readonly CacheEntry[]> {
  const gone: CacheEntry[] = [];
  await whileLeasesStand(home, async () => {
    const inUse = await cachesInUse(home);
    for (const entry of choose(inUse)) if (await takeOut(home, entry, inUse)) gone.push(entry);
  });
  await emptyTrash(home);
  return gone;
}

/** An environment may be given to somebody between the choice and now: its lock says no, or its stamp is newer. */
async function takeOut(home: HomePaths, entry: CacheEntry, inUse: CachesInUse): Promise<boolean> {
  if (entry.kind !== 'environments') return moveToTrash(home, entry);
  const taken = await whenFree(entry.path, async () => {
    const now = { ...entry, usedAt: await stampedAt(entry.path) };
    return mayGo(now, inUse) && moveToTrash(home, entry);
  });
  return taken ?? false;
}

async function moveToTrash(home: HomePaths, { kind, path, also }: CacheEntry): Promise<boolean> {
  const trash = join(cachePlaces(home)[kind], trashName);
  await mkdir(trash, { recursive: true });
  const isGone = await moves(path, join(trash, randomUUID()));
  if (isGone) for (const further of also) await moves(further, join(trash, randomUUID()));
  return isGone;
}

const moves = (from: string, to: string): Promise<boolean> =>
  rename(from, to).then(
    () => true,
    () => false,
  );

/** Also what an interrupted eviction left. */
async function emptyTrash(home: HomePaths): Promise<void> {
  const places = cachePlaces(home);
  for (const kind of cacheKinds) {
    await rm(join(places[kind], trashName), { recursive: true, force: true, maxRetries: 3 });
  }
}
