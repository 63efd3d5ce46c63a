import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomePaths } from '../home.ts';
import { readIfThere, writeAtomically } from '../supervisor/atomic-file.ts';
import { isRunning, startTimeOf } from '../supervisor/process-identity.ts';
import { withLock } from '../with-lock.ts';

const leaseFile = z.object({
  pid: z.number(),
  startTime: z.string(),
  /** Milliseconds since the epoch. */
  since: z.number(),
  holds: z.enum(['step', 'uv']),
});

/** That somebody was given the caches (`step`), or that uv reads its own now. It ends with its process. */
export type Lease = z.output<typeof leaseFile>;

type Home = Pick<HomePaths, 'caches'>;

const folderOf = (home: Home): string => join(home.caches, 'leases');

/** Runs `work` while nothing that it may have been given goes from the caches. */
export async function withLease<T>(home: Home, holds: Lease['holds'], work: () => Promise<T>): Promise<T> {
  const startTime = await startTimeOf(process.pid);
  if (startTime === null) throw new Error('This process does not find itself.');
  const file = join(folderOf(home), `${randomUUID()}.json`);
  const lease: Lease = { pid: process.pid, startTime, since: Date.now(), holds };
  await whileLeasesStand(home, () => writeAtomically(file, JSON.stringify(lease)));
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** Runs `work` while no lease can begin: what it decides on is so until it has ended. Keep it short. */
export const whileLeasesStand = <T>(home: Home, work: () => Promise<T>): Promise<T> =>
  withLock(folderOf(home), work);

/** The leases whose processes run; those of dead ones are removed. */
export async function liveLeases(home: Home): Promise<readonly Lease[]> {
  const files = (await readdir(folderOf(home)).catch(() => [])).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(
    files
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => {
        const file = join(folderOf(home), name);
        const lease = leaseFile.safeParse(JSON.parse((await readIfThere(file)) ?? 'null'));
        if (!lease.success) return null;
        if (await isRunning(lease.data)) return lease.data;
        await rm(file, { force: true });
        return null;
      }),
  );
  return found.filter((lease) => lease !== null);
}
