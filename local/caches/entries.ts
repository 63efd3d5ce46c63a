import { lstat, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cacheKinds, type CacheEntry, type CacheKind } from '../../core/caches.ts';
import type { CachePlaces } from './places.ts';
import { descend, uvEntries, type UvEntry } from './uv-entries.ts';

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
    for (const found of await entriesIn[kind](places[kind])) {
      const entry = await describeEntry(kind, found, relative(places[kind], found.path));
      if (entry !== null) entries.push(entry);
    }
  }
  return entries;
}

/** What is an entry differs by what its tool can miss: each of these is got or made anew by itself. */
const entriesIn: Readonly<Record<CacheKind, (folder: string) => Promise<readonly UvEntry[]>>> = {
  environments: async (folder) => alone(await descend(folder, [/^(lock-)?[0-9a-f]{24}$/])),
  uv: uvEntries,
  pip: async (folder) => alone(await files(folder)),
  hub: async (folder) =>
    alone([
      ...(await descend(folder, [/^(hub|datasets|assets)$/, /^[^.]/])),
      ...(await descend(folder, [/^(?!\.|hub$|datasets$|assets$)/])),
    ]),
  torch: async (folder) =>
    alone([
      ...(await descend(folder, [/^hub$/, /^checkpoints$/, /./])),
      ...(await descend(folder, [/^hub$/, /^(?!checkpoints$)/])),
    ]),
  data: async (folder) => alone(await files(folder)),
};

const alone = (paths: readonly string[]): readonly UvEntry[] => paths.map((path) => ({ path, also: [] }));

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
async function describeEntry(
  kind: CacheKind,
  { path, also }: UvEntry,
  name: string,
): Promise<CacheEntry | null> {
  if ((await lstat(path).catch(() => null)) === null) return null;
  const { bytes, ownBytes, usedAt } = sumOf(await Promise.all([path, ...also].map(extentOf)));
  return {
    ...{ kind, name, path, also },
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

/** Nothing, for what is gone meanwhile. */
async function extentOf(path: string): Promise<Extent> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return nothing;
  const bytes = found.blocks * 512;
  if (!found.isDirectory()) {
    const usedAt = Math.max(found.atimeMs, found.mtimeMs);
    return { bytes, ownBytes: found.nlink === 1 ? bytes : 0, usedAt };
  }
  const names = await readdir(path).catch(() => []);
  const below = await Promise.all(names.map((name) => extentOf(join(path, name))));
  return sumOf([{ ...nothing, bytes, ownBytes: bytes }, ...below]);
}

const nothing: Extent = { bytes: 0, ownBytes: 0, usedAt: 0 };

const sumOf = (extents: readonly Extent[]): Extent =>
  extents.reduce(
    (sum, one) => ({
      bytes: sum.bytes + one.bytes,
      ownBytes: sum.ownBytes + one.ownBytes,
      usedAt: Math.max(sum.usedAt, one.usedAt),
    }),
    nothing,
  );
