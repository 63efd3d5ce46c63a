import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { git } from '../cli/git.ts';

/** What `longhaul init` may look at: a listing, and the texts behind it. */
export interface RepositoryView {
  /** Paths of the files that are not ignored, relative to the root, with `/`, sorted. */
  readonly files: readonly string[];
  /** Text of one of the files; null when there is none, or it is too large to be written by hand. */
  readonly read: (path: string) => string | null;
}

const largestFile = 1024 * 1024;

/** A checkout as git sees it; a folder without git as it lies there, without what begins with a dot. */
export async function viewRepository(root: string): Promise<RepositoryView> {
  const listed = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root);
  const files = listed === null ? await filesBelow(root) : listed.split('\0').filter((path) => path !== '');
  return viewOf(files, (path) => readText(join(root, path)));
}

/** @param read text of a file of the listing, or null */
export function viewOf(files: readonly string[], read: (path: string) => string | null): RepositoryView {
  const sorted = [...new Set(files)].sort();
  const known = new Set(sorted);
  return { files: sorted, read: (path) => (known.has(path) ? read(path) : null) };
}

function readText(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= largestFile ? readFileSync(path, 'utf8') : null;
}

async function filesBelow(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.') || part === 'node_modules'));
}
