import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findUnseeded, type UnseededUse } from '../../core/failures/unfixed-seed.ts';

const mostFiles = 20;

/** Where tests that failed take random numbers without a seed. `folder` is the worktree, tests go by full name. */
export async function findUnseededTests(
  folder: string,
  failedTests: readonly string[],
  seededByRandomly: boolean,
): Promise<readonly UnseededUse[]> {
  const testsOf = new Map<string, string[]>();
  for (const name of failedTests) {
    const [file = '', ...rest] = name.split('::');
    const test = (rest.at(-1) ?? '').replace(/\[.*$/s, '');
    testsOf.set(file, [...(testsOf.get(file) ?? []), test]);
  }
  const found: UnseededUse[] = [];
  for (const [file, tests] of [...testsOf].slice(0, mostFiles)) {
    const source = await readFile(join(folder, file), 'utf8').catch(() => null);
    if (source === null) continue;
    const conftests = await readConftests(folder, file);
    found.push(...findUnseeded({ file, source, tests, conftests, seededByRandomly }));
  }
  return found;
}

/** Those of the file's folder and of all above it, up to the worktree. */
async function readConftests(folder: string, file: string): Promise<readonly string[]> {
  const sources: string[] = [];
  for (let place = dirname(file); ; place = dirname(place)) {
    sources.push(await readFile(join(folder, place, 'conftest.py'), 'utf8').catch(() => ''));
    if (place === '.' || place === '/') return sources;
  }
}
