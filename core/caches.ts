/** The caches of one machine, in the order in which people read of them. */
export const cacheKinds = ['environments', 'uv', 'pip', 'hub', 'torch', 'data'] as const;
export type CacheKind = (typeof cacheKinds)[number];

/** What a cache forgets as a whole. */
export interface CacheEntry {
  readonly kind: CacheKind;
  /** For people: `models--bert-base-uncased`. */
  readonly name: string;
  readonly path: string;
  /** Further paths, which go after it. */
  readonly also: readonly string[];
  /** Of the disk, as far as nothing else holds the same files. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
}

/** What may not go now. */
export interface CachesInUse {
  /** When the longest-running step that was given the caches began; null: none runs. */
  readonly since: number | null;
  /** Paths of environments that serve a model. */
  readonly served: ReadonlySet<string>;
  /** uv reads its cache at this moment. */
  readonly uvRuns: boolean;
  /** Whether the file system notes when a file was read. */
  readonly notesReads: boolean;
}

/** A file's time of reading is noted once a day at least: what was not noted in this time was not read. */
const grainMs = 24 * 60 * 60_000;

/**
 * Whether nothing that runs can have been given the entry. An environment says exactly when it was last given; of all
 * else the files do, to the day.
 */
export function mayGo(entry: CacheEntry, inUse: CachesInUse): boolean {
  const { since, served, uvRuns, notesReads } = inUse;
  if (entry.kind === 'environments') {
    return !served.has(entry.path) && (since === null || entry.usedAt < since);
  }
  if (entry.kind === 'uv' && uvRuns) return false;
  return since === null || (notesReads && entry.usedAt < since - grainMs);
}

/** Some room is made at once, so that not every step that follows makes a little. */
const roomShare = 0.1;

/** Bytes to free so that the caches are below their limit with some room; 0 when they are not above it. */
export const bytesToFree = (used: number, limit: number): number =>
  used <= limit ? 0 : used - Math.floor(limit * (1 - roomShare));

/** The least recently used entries that may go and together free `bytes`, or all that may go when they do not suffice. */
export function chooseEntries(
  entries: readonly CacheEntry[],
  inUse: CachesInUse,
  bytes: number,
): readonly CacheEntry[] {
  const chosen: CacheEntry[] = [];
  let freed = 0;
  const oldestFirst = entries
    .filter((entry) => entry.bytes > 0 && mayGo(entry, inUse))
    .sort((a, b) => a.usedAt - b.usedAt);
  for (const entry of oldestFirst) {
    if (freed >= bytes) break;
    chosen.push(entry);
    freed += entry.bytes;
  }
  return chosen;
}
