import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { findTools } from '../../local/tools.ts';

const execute = promisify(execFile);

const maintained = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

/** Versions of Python that uv finds on this machine, `3.11`, its own choice first; none where there is no uv. */
export async function pythonsHere(): Promise<readonly string[]> {
  const found = await Promise.all(['', ...maintained].map((version) => find(version)));
  return [...new Set(found.filter((version) => version !== null))];
}

async function find(version: string): Promise<string | null> {
  try {
    const asked = version === '' ? [] : [version];
    const args = ['python', 'find', '--no-project', '--no-python-downloads', '--show-version', ...asked];
    const { stdout } = await execute(findTools().uv, args, { cwd: tmpdir() });
    return /^\d+\.\d+/m.exec(stdout)?.[0] ?? null;
  } catch {
    return null;
  }
}
