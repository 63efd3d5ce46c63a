import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

let drafts = 0;

/** Writes a whole file or nothing: a reader, and whoever watches the folder, sees the old text or the new. */
export async function writeAtomically(file: string, text: string, mode = 0o644): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `.${basename(file)}.${process.pid}.${++drafts}`);
  await writeFile(draft, text, { mode });
  await rename(draft, file);
}

/** The file's text, or null where there is none. */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
