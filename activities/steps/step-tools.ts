import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { programPrefix } from '../../core/explain-difference.ts';
import { isOfPython, programsNamedIn } from './named-programs.ts';
import { programDigest } from './program-digest.ts';
import { helperFolder } from './step-environment.ts';

/** To be raised when an attempt is carried out so differently that earlier results are not to be trusted. */
const formatVersion = '2';

/**
 * What the worker itself brings to a step: its platform, the programs of the machine that the commands name, and the
 * helper that any Python of theirs may import, these by content. `path` is the machine's PATH, without the step's own
 * Python.
 */
export async function stepTools(given: {
  readonly commands: readonly string[];
  readonly path: string;
  readonly hasPython: boolean;
}): Promise<Readonly<Record<string, string>>> {
  const { commands, path, hasPython } = given;
  const named = [...programsNamedIn(commands)].filter((name) => !(hasPython && isOfPython(name)));
  const programs: (readonly [string, string])[] = [];
  for (const name of ['bash', ...named].sort()) {
    const digest = await programDigest(name, path);
    if (digest !== null) programs.push([`${programPrefix}${name}`, digest]);
  }
  return {
    format: formatVersion,
    platform: `${platform()} ${arch()}`,
    system: systemName,
    helper: await (helper ??= helperDigest()),
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
