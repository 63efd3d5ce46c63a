import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pythonPackagesDigest } from './python-packages-digest.ts';

/** A script may be run by a script; what goes further runs in a circle. */
const mostInterpreters = 4;

/**
 * Twelve digits over what a program of the machine is: its content; of a script also what it is run by; of a Python
 * also the packages that it has. Null when it is none: a program is a file that may be run, at its absolute path or in
 * a folder of the PATH.
 */
export async function programDigest(named: string, path: string): Promise<string | null> {
  const parts = await partsOf(named, path, mostInterpreters);
  if (parts.length <= 1) return parts[0] ?? null;
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 12);
}

async function partsOf(named: string, path: string, depth: number): Promise<readonly string[]> {
  const program = depth === 0 ? null : await findProgram(named, path);
  if (program === null) return [];
  const content = await contentDigest(program);
  if (/^python[\d.]*$/.test(basename(program.file))) {
    return [content, await pythonPackagesDigest(program.place, program.file)];
  }
  const interpreter = await interpreterOf(program.file);
  return [content, ...(interpreter === null ? [] : await partsOf(interpreter, path, depth - 1))];
}

interface Program {
  /** Where it was found: a virtual environment is one by the folder of the link that leads to its Python. */
  readonly place: string;
  /** What is there, at the end of all links. */
  readonly file: string;
  readonly found: Stats;
}

async function findProgram(named: string, path: string): Promise<Program | null> {
  const places = isAbsolute(named) ? [named] : path.split(delimiter).map((folder) => join(folder, named));
  for (const place of places) {
    const file = await realpath(place).catch(() => null);
    const found = file === null ? null : await stat(file);
    if (file !== null && found?.isFile() === true && (found.mode & 0o111) !== 0)
      return { place, file, found };
  }
  return null;
}

/**
 * The program that a script's first line names; the one that `env` looks for, in its place. Where that line would be too
 * long or has spaces, tools of Python write one for the shell, and the interpreter into the next.
 */
async function interpreterOf(file: string): Promise<string | null> {
  const [first = '', second = ''] = (await headOf(file)).split('\n');
  if (!first.startsWith('#!')) return null;
  const [, quoted, plain] = /^'''exec' (?:["']([^"']+)["']|(\S+))/.exec(second) ?? [];
  const python = quoted ?? plain;
  if (python !== undefined) return python;
  const [interpreter, ...args] = first.slice(2).trim().split(/\s+/);
  const isEnv = interpreter !== undefined && basename(interpreter) === 'env';
  return (isEnv ? args.find((arg) => !/^-|=/.test(arg)) : interpreter) ?? null;
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const digests = new Map<string, string>();

/** Made once for each state of the file. */
async function contentDigest({ file, found }: Program): Promise<string> {
  const state = [file, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
  const digest = digests.get(state) ?? (await shortHash(file));
  digests.set(state, digest);
  return digest;
}

async function shortHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex').slice(0, 12);
}
