import { join } from 'node:path';

const suffix = '.json';

/** Path of a document below the folder of documents. Each part of the key between `/` becomes one safe name. */
export function pathOfKey(key: string): string {
  const parts = key.split('/').map(safeName);
  return `${join(...parts)}${suffix}`;
}

/** The folder that holds all documents whose keys begin with `prefix`: its whole parts, `''` where it has none. */
export const folderOfPrefix = (prefix: string): string =>
  prefix.split('/').slice(0, -1).map(safeName).join('/');

/** The key of a document from its path, parts divided by `/`; null for a file that is no document. */
export function keyOfPath(parts: readonly string[]): string | null {
  const file = parts.at(-1);
  if (file === undefined || file.startsWith('.') || !file.endsWith(suffix)) return null;
  return [...parts.slice(0, -1), file.slice(0, -suffix.length)].map(decodeURIComponent).join('/');
}

/** Never empty, `.`, `..`, hidden, or to be mistaken for a document where it is a folder. */
function safeName(part: string): string {
  if (part === '') throw new Error('A part of a document key is empty.');
  return encodeURIComponent(part)
    .replace(/^\./, '%2E')
    .replace(/\.json$/, '%2Ejson');
}
