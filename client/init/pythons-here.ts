import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { findTools } from '../../local/tools.ts';

const execute = promisify(execFile);

/**
 * Versions of Python that this machine has, as uv finds them: its own first, and where that is none of `wanted`, those
 * of them. None where there is no uv.
 * @param wanted such as `3.11`
 */
export async function pythonsHere(wanted: readonly string[]): Promise<readonly string[]> {
  const own = await find();
  if (own !== null && (wanted.length === 0 || wanted.includes(own))) return [own];
  const others = await Promise.all(wanted.map((version) => find(version)));
  return [own, ...others].filter((version) => version !== null);
}

async function find(version?: string): Promise<string | null> {
  try {
    const asked = version === undefined ? [] : [version];
    const args = ['python', 'find', '--no-project', '--no-python-downloads', '--show-version', ...asked];
    const { stdout } = await execute(findTools().uv, args, { cwd: tmpdir() });
    return /^\d+\.\d+/m.exec(stdout)?.[0] ?? null;
  } catch {
    return null;
  }
}
