import { isAbsolute, posix, relative } from 'node:path';

/** A lock (PEP 751), without the packages that are folders of the repository: those change with every commit. */
export interface Pylock {
  readonly text: string;
  readonly packages: number;
  /** The folders left out, relative to the repository. */
  readonly local: readonly string[];
  /** Whether it names archives that lie in the repository. */
  readonly needsCode: boolean;
}

const packageHeader = /^(?=\[\[packages\]\]$)/m;
const directory =
  /^directory = \{.*?\bpath = "([^"]+)"|^\[packages\.directory\]\n(?:.+\n)*?path = "([^"]+)"/m;
const archiveHere = /\bpath = "(?!\/)/;

/** Reads what uv wrote in the checkout `code`. Of the parts of a lock only folders are told from all else. */
export function readPylock(written: string, code: string): Pylock {
  const [head = '', ...packages] = written.replace(/^#.*\n/gm, '').split(packageHeader);
  const folders = packages.map((text) => folderOf(text, code));
  const kept = packages.filter((_, index) => folders[index] === null);
  const text = [head.trim(), ...kept.map((one) => one.trim())].join('\n\n');
  return {
    text: `${text}\n`,
    packages: kept.length,
    local: folders.filter((folder) => folder !== null).sort(),
    needsCode: kept.some((one) => archiveHere.test(one)),
  };
}

function folderOf(text: string, code: string): string | null {
  const found = directory.exec(text);
  const path = found?.[1] ?? found?.[2];
  if (path === undefined) return null;
  return posix.normalize(isAbsolute(path) ? relative(code, path) || '.' : path);
}
