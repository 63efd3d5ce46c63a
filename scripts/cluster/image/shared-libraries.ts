import { execFileSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Placed } from './layer.ts';

/**
 * The system's libraries, and its loader, that programs and libraries need: each where the loader looks for it.
 * Those that come along `within` a folder of the image are left out.
 */
export function sharedLibrariesOf(files: readonly string[], within: string): readonly Placed[] {
  const needed = new Set<string>();
  for (let at = 0; at < files.length; at += 200)
    for (const library of librariesNamedBy(files.slice(at, at + 200)))
      if (!library.startsWith(`${within}/`)) needed.add(library);
  return [...needed].sort().map((library) => ({ from: realpathSync(library), to: library }));
}

/** `ldd` fails where one of the files is no library, and tells of the others all the same. */
function librariesNamedBy(files: readonly string[]): readonly string[] {
  const told = (): string => {
    try {
      return execFileSync('ldd', [...files], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch (error) {
      return (error as { readonly stdout?: string }).stdout ?? '';
    }
  };
  return [...told().matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)].flatMap(([, library]) => library ?? []);
}

/** All libraries below a folder. */
export const librariesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.so(\.[\d.]+)?$/.test(name))
    .map((name) => join(folder, name));
