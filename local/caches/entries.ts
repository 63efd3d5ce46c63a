import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cacheKinds, type CacheEntry, type CacheKind } from '../../core/caches.ts';
import type { CachePlaces } from './places.ts';

/** Written last into an environment, and touched whenever it is given to somebody. */
export const environmentStamp = '.longhaul-complete';

/**
 * Everything that the caches hold, each with its size and when it was last used. Files that environments have in common
 * with uv's cache count with the environments.
 */
export async function cacheEntries(
  places: CachePlaces,
  kinds: readonly CacheKind[] = cacheKinds,
): Promise<readonly CacheEntry[]> {
  const entries: CacheEntry[] = [];
  for (const kind of kinds) {
    for (const path of await entryPaths[kind](places[kind])) {
      const entry = await describeEntry(kind, path, relative(places[kind], path));
      if (entry !== null) entries.push(entry);
    }
  }
  return entries;
}

/** What is an entry differs by what its tool can miss: each of these is got or made anew by itself. */
const entryPaths: Readonly<Record<CacheKind, (folder: string) => Promise<readonly string[]>>> = {
  environments: (folder) => children(folder, ({ name }) => /^[0-9a-f]{24}$/.test(name)),
  uv: async (folder) => [
    ...(await descend(folder, [/^archive-v/, /./])),
    ...(await descend(folder, [/^sdists-v/, /./, /./])),
  ],
  pip: files,
  hub: async (folder) => [
    ...(await descend(folder, [/^(hub|datasets|assets)$/, /^[^.]/])),
    ...(await children(folder, ({ name }) => !/^(\.|hub$|datasets$|assets$)/.test(name))),
  ],
  torch: async (folder) => [
    ...(await descend(folder, [/^hub$/, /^checkpoints$/, /./])),
    ...(await descend(folder, [/^hub$/, /^(?!checkpoints$)/])),
  ],
  data: files,
};

/** Paths below `folder` whose names match, one pattern a level. */
async function descend(folder: string, [first, ...rest]: readonly RegExp[]): Promise<readonly string[]> {
  if (first === undefined) return [folder];
  const found = await children(folder, ({ name }) => first.test(name));
  return (await Promise.all(found.map((path) => descend(path, rest)))).flat();
}

async function children(folder: string, isWanted: (entry: Dirent) => boolean): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.name !== trashName && isWanted(entry))
    .map(({ name }) => join(folder, name));
}

/** Of a cache, beside its entries: what was taken out and is being removed. */
export const trashName = '.longhaul-trash';

async function files(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter(({ name }) => name !== trashName)
    .map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? files(path) : [path];
    });
  return (await Promise.all(found)).flat();
}

/** Null for what is gone meanwhile. */
async function describeEntry(kind: CacheKind, path: string, name: string): Promise<CacheEntry | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return null;
  const { bytes, ownBytes, usedAt } = await extentOf(path, found);
  return {
    ...{ kind, name, path },
    bytes: kind === 'uv' ? ownBytes : bytes,
    usedAt: kind === 'environments' ? await stampedAt(path) : usedAt,
  };
}

/** When the environment was last given to somebody; 0 for one that is not whole. */
export const stampedAt = (environment: string): Promise<number> =>
  stat(join(environment, environmentStamp)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

interface Extent {
  readonly bytes: number;
  /** Of files that have no other name. */
  readonly ownBytes: number;
  /** When the newest of the files was read or written. */
  readonly usedAt: number;
}

async function extentOf(path: string, found: Stats): Promise<Extent> {
  const bytes = found.blocks * 512;
  if (!found.isDirectory()) {
    const usedAt = Math.max(found.atimeMs, found.mtimeMs);
    return { bytes, ownBytes: found.nlink === 1 ? bytes : 0, usedAt };
  }
  const names = await readdir(path).catch(() => []);
  const below = await Promise.all(
    names.map(async (name) => {
      const at = join(path, name);
      const stats = await lstat(at).catch(() => null);
      return stats === null ? nothing : extentOf(at, stats);
    }),
  );
  return below.reduce(
    (sum, one) => ({
      bytes: sum.bytes + one.bytes,
      ownBytes: sum.ownBytes + one.ownBytes,
      usedAt: Math.max(sum.usedAt, one.usedAt),
    }),
    { ...nothing, bytes, ownBytes: bytes },
  );
}

const nothing: Extent = { bytes: 0, ownBytes: 0, usedAt: 0 };
