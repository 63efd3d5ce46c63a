/** Files of the repository that are made from the code, and the command that makes them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Text by path in the repository. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/** Paths whose file is missing or says something else now. */
export function staleIn(root: string, files: GeneratedFiles): readonly string[] {
  return [...files]
    .filter(
      ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
    )
    .map(([path]) => path);
}

/** Writes what is stale; with `--check` among the arguments it only tells, and ends with exit code 1. */
export function writeOrCheck(root: string, files: GeneratedFiles, command: string): void {
  const stale = staleIn(root, files);
  if (process.argv.includes('--check')) {
    if (stale.length === 0) return;
    console.error(`Not current: ${stale.join(', ')}. Run: ${command}`);
    process.exitCode = 1;
    return;
  }
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path) ?? '');
    console.log(`written: ${path}`);
  }
}
