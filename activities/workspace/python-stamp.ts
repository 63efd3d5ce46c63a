import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentStamp } from '../../local/caches/entries.ts';

/** Whether a shared environment is whole; if so, it counts as used now, and who frees caches leaves it alone. */
export async function isWhole(environment: string): Promise<boolean> {
  const now = new Date();
  return utimes(join(environment, environmentStamp), now, now).then(
    () => true,
    () => false,
  );
}
