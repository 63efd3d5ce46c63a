import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DataFacts } from '../../core/step.ts';
import type { TrackedData } from './tracked-data.ts';

/** A file that is not as the commit states it. */
export interface Flaw {
  readonly path: string;
  readonly md5: string;
  readonly kind: 'missing' | 'damaged';
}

export interface Verification {
  readonly facts: Omit<DataFacts, 'source'>;
  readonly flaws: readonly Flaw[];
}

interface StatedFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly md5: string;
}

/** Reads every file of the tracked data in the repository and compares it with what the commit states of it. */
export async function verifyData(
  repository: string,
  cache: string,
  data: TrackedData,
): Promise<Verification> {
  const stated = await statedFiles(cache, data);
  if (stated === null) {
    const flaw = {
      path: `${data.path} (the list of its files)`,
      md5: `${data.md5}.dir`,
      kind: 'missing' as const,
    };
    return { facts: { target: data.target, digest: '', files: 0, bytes: 0 }, flaws: [flaw] };
  }
  const flaws: Flaw[] = [];
  let bytes = 0;
  for (const { path, md5 } of stated) {
    const found = await md5OfFile(join(repository, path));
    if (found === null) flaws.push({ path, md5, kind: 'missing' });
    else if (found.md5 !== md5) flaws.push({ path, md5, kind: 'damaged' });
    bytes += found?.bytes ?? 0;
  }
  const listed = stated.map(({ path, md5 }) => `${md5} ${path}\n`).sort();
  const digest = `sha256:${createHash('sha256').update(listed.join('')).digest('hex')}`;
  return { facts: { target: data.target, digest, files: stated.length, bytes }, flaws };
}

/** Whether the cache already holds all of the data, as far as names tell. */
export async function isCached(cache: string, data: TrackedData): Promise<boolean> {
  for (const { md5 } of (await statedFiles(cache, data)) ?? [{ md5: `${data.md5}.dir` }]) {
    if ((await stat(pathInCache(cache, md5)).catch(() => null)) === null) return false;
  }
  return true;
}

/**
 * Takes damaged files out of the cache and out of the repository, so that DVC gets them anew (it would not look again
 * at a file that it has just put there itself).
 * @returns how many there were in the cache
 */
export async function dropDamaged(
  repository: string,
  cache: string,
  flaws: readonly Flaw[],
): Promise<number> {
  let dropped = 0;
  for (const { path, md5 } of flaws) {
    await rm(join(repository, path), { force: true });
    const cached = pathInCache(cache, md5);
    const found = await md5OfFile(cached);
    if (found === null || found.md5 === md5.replace(/\.dir$/, '')) continue;
    await rm(cached);
    dropped += 1;
  }
  return dropped;
}

/** Copies what the cache has of the data into the repository, without asking DVC, whose remote may not even load. */
export async function restoreFromCache(repository: string, cache: string, data: TrackedData): Promise<void> {
  for (const { path, md5 } of (await statedFiles(cache, data)) ?? []) {
    const place = join(repository, path);
    await mkdir(dirname(place), { recursive: true });
    await copyFile(pathInCache(cache, md5), place, constants.COPYFILE_FICLONE).catch(() => undefined);
    await chmod(place, 0o644).catch(() => undefined);
  }
}

/** A folder's files are listed in the cache, under the folder's own MD5; null when that list is missing or damaged. */
async function statedFiles(cache: string, data: TrackedData): Promise<readonly StatedFile[] | null> {
  if (!data.isFolder) return [{ path: data.path, md5: data.md5 }];
  const list = await readFile(pathInCache(cache, `${data.md5}.dir`)).catch(() => null);
  if (list === null || createHash('md5').update(list).digest('hex') !== data.md5) return null;
  const listed = JSON.parse(list.toString('utf8')) as readonly {
    readonly md5: string;
    readonly relpath: string;
  }[];
  return listed.map((each) => ({
    path: join(data.path, each.relpath),
    md5: each.md5,
  }));
}

function pathInCache(cache: string, md5: string): string {
  return join(cache, 'files', 'md5', md5.slice(0, 2), md5.slice(2));
}

async function md5OfFile(path: string): Promise<{ readonly md5: string; readonly bytes: number } | null> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return null;
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return { md5: hash.digest('hex'), bytes: found.size };
}
