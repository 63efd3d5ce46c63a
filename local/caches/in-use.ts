import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CachesInUse } from '../../core/caches.ts';
import type { HomePaths } from '../home.ts';
import { readPrepared } from '../prepared-arm.ts';
import { readDesired } from '../supervisor/state-files.ts';
import { liveLeases } from './leases.ts';

/** What of the caches is held at this moment: by steps, by uv, by models that are served. */
export async function cachesInUse(home: HomePaths): Promise<CachesInUse> {
  const leases = await liveLeases(home);
  const steps = leases.filter(({ holds }) => holds === 'step').map(({ since }) => since);
  return {
    since: steps.length === 0 ? null : Math.min(...steps),
    served: await servedEnvironments(home),
    uvRuns: leases.some(({ holds }) => holds === 'uv'),
    notesReads: await notesReads(home.caches),
  };
}

async function servedEnvironments(home: HomePaths): Promise<ReadonlySet<string>> {
  const desired = await readDesired(home);
  const arms = Object.values(desired?.lanes ?? {})
    .flatMap(({ stable, candidate }) => [stable, candidate])
    .filter((arm) => arm !== null);
  const prepared = await Promise.all(arms.map(({ id }) => readPrepared(home, id)));
  const paths = prepared.flatMap((arm) => (arm === null ? [] : [arm.environment, arm.python]));
  return new Set(paths.filter((path) => path !== null));
}

/** Whether reading a file is noted, as a probe shows: some file systems are mounted without it. */
async function notesReads(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const probe = join(folder, `.read-${randomUUID()}`);
  const longAgo = new Date(Date.now() - 3 * 24 * 60 * 60_000);
  try {
    await writeFile(probe, 'x');
    await utimes(probe, longAgo, longAgo);
    await readFile(probe);
    return (await stat(probe)).atimeMs > longAgo.getTime() + 60_000;
  } finally {
    await rm(probe, { force: true });
  }
}
