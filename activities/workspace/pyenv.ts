import { readdirSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

/**
 * A search path on which uv finds every interpreter that pyenv installed. pyenv's own folder has a program for each
 * version, but all but the chosen one only say that they are not chosen, at which uv gives up. The chosen one stays
 * the first.
 */
export const withPyenvVersions = (path: string): string =>
  path.split(delimiter).flatMap(versionsBehind).join(delimiter);

function versionsBehind(folder: string): readonly string[] {
  if (basename(folder) !== 'shims') return [folder];
  const root = dirname(folder);
  const installed = linesOf(() => readdirSync(join(root, 'versions')));
  if (installed.length === 0) return [folder];
  const chosen = linesOf(() => readFileSync(join(root, 'version'), 'utf8').split('\n'));
  const newestFirst = installed.filter(isSupported).sort((a, b) => minorOf(b) - minorOf(a));
  const order = new Set([...chosen.filter((name) => installed.includes(name)), ...newestFirst]);
  return [...order].map((name) => join(root, 'versions', name, 'bin'));
}

const minorOf = (name: string): number => Number(/^3\.(\d+)\./.exec(name)?.[1] ?? 0);

/** By uv. */
const isSupported = (name: string): boolean => minorOf(name) >= 8;

function linesOf(read: () => readonly string[]): readonly string[] {
  try {
    return read().filter((line) => line !== '');
  } catch {
    return [];
  }
}
