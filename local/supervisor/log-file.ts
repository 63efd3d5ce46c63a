import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const rotateAt = 20 * 1024 * 1024;
const tailBytes = 8 * 1024;

/** A log that a process appends to, and the place in it where that process began. */
export interface OpenLog {
  readonly handle: FileHandle;
  readonly begin: number;
}

/** Opens a log for appending, readable by its owner alone; a big one is put aside first. */
export async function openLog(file: string): Promise<OpenLog> {
  await mkdir(dirname(file), { recursive: true });
  const size = await sizeOf(file);
  if (size > rotateAt) await rename(file, `${file}.1`);
  const handle = await open(file, 'a', 0o600);
  return { handle, begin: size > rotateAt ? 0 : size };
}

/** The last lines written since `begin`, newest last. */
export async function lastLines(file: string, begin: number, count: number): Promise<readonly string[]> {
  const size = await sizeOf(file);
  const from = Math.max(begin, size - tailBytes);
  if (size <= from) return [];
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    return lines.filter((line) => line.trim() !== '').slice(-count);
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
