import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Fills a file under a temporary name beside `path`, makes it durable, and moves it over `path`, so that a reader
 * finds the old content or the new, and a crash leaves one of them whole.
 */
export async function writeAtomically(
  path: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.new-${randomUUID()}`);
  try {
    await fill(temporary);
    await makeDurable(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await makeDurable(folder);
}

async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
