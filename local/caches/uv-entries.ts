import { readdir, readlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** What uv misses as a whole: a package as it was got, with the unpacked archives that it names. */
export interface UvEntry {
  readonly path: string;
  /** Archives; they go after the path, so that nothing ever names one that is not there. */
  readonly also: readonly string[];
}

/**
 * Packages, built packages and environments of tools in uv's cache. An archive that is gone while its package still
 * names it would break uv, so both are one entry; what nothing names is one by itself.
 */
export async function uvEntries(folder: string): Promise<readonly UvEntry[]> {
  const paths = await Promise.all([
    descend(folder, [/^(wheels|sdists)-v/, /^pypi$/, /./]),
    descend(folder, [/^(wheels|sdists)-v/, /^index$/, /./, /./]),
    descend(folder, [/^(wheels|sdists)-v/, /^(url|path|git|editable)$/, /./]),
    descend(folder, [/^environments-v/, /./]),
    descend(folder, [/^simple-v/, /./, /./]),
  ]);
  const entries = await Promise.all(
    paths.flat().map(async (path) => ({ path, also: await archivesNamedIn(path) })),
  );
  const named = new Set(entries.flatMap(({ also }) => also));
  const archives = await descend(folder, [/^archive-v/, /./]);
  const unnamed = archives.filter((path) => !named.has(path)).map((path) => ({ path, also: [] }));
  return [...entries, ...unnamed];
}

/** Paths below `folder` whose names match, one pattern a level. */
export async function descend(
  folder: string,
  [first, ...rest]: readonly RegExp[],
): Promise<readonly string[]> {
  if (first === undefined) return [folder];
  const names = await readdir(folder).catch(() => []);
  const found = names.filter((name) => first.test(name)).map((name) => join(folder, name));
  return (await Promise.all(found.map((path) => descend(path, rest)))).flat();
}

/** By symbolic links; the sources of a package, which may hold any number of files, name none. */
async function archivesNamedIn(path: string): Promise<readonly string[]> {
  const target = await readlink(path).catch(() => null);
  if (target !== null) return isArchive(target) ? [resolve(dirname(path), target)] : [];
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const below = entries
    .filter((entry) => entry.isSymbolicLink() || (entry.isDirectory() && entry.name !== 'src'))
    .map(({ name }) => archivesNamedIn(join(path, name)));
  return (await Promise.all(below)).flat();
}

const isArchive = (target: string): boolean => basename(dirname(target)).startsWith('archive-v');
