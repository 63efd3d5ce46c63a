import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import lockfile from 'proper-lockfile';

const patience = { retries: 20_000, minTimeout: 20, maxTimeout: 250, factor: 1.5 };

/**
 * Runs `work` while no other process of this machine holds the lock of `path` (which need not exist). The lock of a
 * process that died, or slept, is taken over after `staleMs`, at least five seconds; who lost it so fails, and is
 * tried again.
 */
export function withLock<T>(path: string, work: () => Promise<T>, staleMs = 20_000): Promise<T> {
  return hold(path, { retries: patience, staleMs }, work);
}

/** Like {@link withLock}, but does nothing and resolves to null when another process holds the lock. */
export async function whenFree<T>(path: string, work: () => Promise<T>): Promise<T | null> {
  let isOurs = false;
  const begun = hold(path, { retries: { ...patience, retries: 0 }, staleMs: 20_000 }, () => {
    isOurs = true;
    return work();
  });
  return begun.catch((error: unknown) => {
    if (!isOurs && error instanceof Error && 'code' in error && error.code === 'ELOCKED') return null;
    throw error;
  });
}

async function hold<T>(
  path: string,
  { retries, staleMs }: { readonly retries: typeof patience; readonly staleMs: number },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const lost = Promise.withResolvers<never>();
  const unlock = await lockfile.lock(path, {
    realpath: false,
    stale: staleMs,
    update: staleMs / 5,
    retries,
    onCompromised: lost.reject,
  });
  try {
    return await Promise.race([work(), lost.promise]);
  } finally {
    // Of a lock that was lost there is nothing to release.
    await unlock().catch(() => undefined);
  }
}
