import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { programPrefix } from '../../core/explain-difference.ts';
import { helperFolder } from './step-environment.ts';

/** To be raised when an attempt is carried out so differently that earlier results are not to be trusted. */
const formatVersion = '1';

/**
 * What the worker itself brings to a step: its platform, the programs of the machine that the commands name, and the
 * helper that its Python may import, these by content. `path` is the machine's PATH, without the step's own Python.
 */
export async function stepTools(given: {
  readonly commands: readonly string[];
  readonly path: string;
  readonly hasPython: boolean;
}): Promise<Readonly<Record<string, string>>> {
  const { commands, path, hasPython } = given;
  const words = new Set(commands.flatMap((line) => line.match(/[\w.+-]+/g) ?? []));
  const programs: (readonly [string, string])[] = [];
  for (const name of ['bash', ...words].sort()) {
    const digest = await programDigest(name, path);
    if (digest !== null) programs.push([`${programPrefix}${name}`, digest]);
  }
  return {
    format: formatVersion,
    platform: `${platform()} ${arch()}`,
    system: systemName,
    ...(hasPython ? { helper: await (helper ??= helperDigest()) } : {}),
    ...Object.fromEntries(programs),
  };
}

const systemName = readSystemName();

function readSystemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? platform();
  } catch {
    return platform();
  }
}

let helper: Promise<string> | undefined;

async function helperDigest(): Promise<string> {
  const files = (await readdir(helperFolder, { recursive: true })).filter((file) => file.endsWith('.py'));
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash.update(`${file}\0${await readFile(join(helperFolder, file), 'utf8')}\0`);
  return hash.digest('hex').slice(0, 12);
}

const digests = new Map<string, string>();

/** Twelve digits of the file's hash, made once for each state of the file; null when it is no program of the PATH. */
async function programDigest(name: string, path: string): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const file = await realpath(join(folder, name)).catch(() => null);
    const found = file === null ? null : await stat(file);
    if (file === null || found?.isFile() !== true || (found.mode & 0o111) === 0) continue;
    const state = [file, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
    const digest = digests.get(state) ?? (await shortHash(file));
    digests.set(state, digest);
    return digest;
  }
  return null;
}

async function shortHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex').slice(0, 12);
}
