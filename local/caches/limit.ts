import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bytesToFree, chooseEntries, type CacheEntry } from '../../core/caches.ts';
import type { HomePaths } from '../home.ts';
import { whenFree } from '../with-lock.ts';
import { cacheEntries } from './entries.ts';
import { evict } from './evict.ts';
import { cachePlaces } from './places.ts';

const execute = promisify(execFile);

/** Files with several names count once, so that freeing one may free nothing yet: then the next go as well. */
const rounds = 5;

/**
 * Brings the caches below their limit: the least recently used goes first, and nothing that a running step was given.
 * Does nothing while another process is at it.
 * @param everyMs looked at no more often than this
 * @returns what went
 */
export async function keepWithinLimit(
  home: HomePaths,
  limit: number,
  everyMs = 0,
): Promise<readonly CacheEntry[]> {
  const looked = join(home.caches, 'looked-at');
  const gone = await whenFree(join(home.caches, 'eviction'), async () => {
    const lookedAt = await stat(looked).then(({ mtimeMs }) => mtimeMs, never);
    if (Date.now() - lookedAt < everyMs) return [];
    await writeFile(looked, '');
    return freeUntilWithin(home, limit);
  });
  return gone ?? [];
}

const never = (): number => 0;

async function freeUntilWithin(home: HomePaths, limit: number): Promise<readonly CacheEntry[]> {
  const gone: CacheEntry[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bytes = bytesToFree(await usedBytes(home), limit);
    if (bytes === 0) break;
    const entries = await cacheEntries(cachePlaces(home));
    const went = await evict(home, (inUse) => chooseEntries(entries, inUse, bytes));
    gone.push(...went);
    if (went.length === 0) break;
  }
  return gone;
}

/** Bytes of the disk that all caches take together; a file with several names counts once. */
export async function usedBytes(home: HomePaths): Promise<number> {
  const folders = Object.values(cachePlaces(home)).filter((folder) => existsSync(folder));
  if (folders.length === 0) return 0;
  // du ends with 1 when a file went while it looked; what it counted is right all the same.
  const counted = await execute('du', ['-sk', '--', ...folders], { maxBuffer: 2 ** 24 }).catch(
    (error: unknown) => {
      if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) };
      throw error;
    },
  );
  const kibibytes = counted.stdout.split('\n').map((line) => Number.parseInt(line, 10) || 0);
  return kibibytes.reduce((sum, one) => sum + one, 0) * 1024;
}
