import { lstat, mkdir, readFile, readdir, readlink, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives a layer the programs of the environment that it lies over. Scripts and `activate` name the environment: the
 * layer's are copies that name the layer, and so run with its interpreter. Programs of machine code are linked. Where
 * the environment has no pip, the machine's would change the machine: the layer's then says what to do.
 */
export async function lendPrograms(environment: string, layer: string): Promise<void> {
  const [from, to] = [join(environment, 'bin'), join(layer, 'bin')];
  await mkdir(to, { recursive: true });
  const names = await readdir(from);
  const written = new Set([environment, await realpath(environment)].map(asBytes));
  await Promise.all(names.map((name) => lendProgram(join(from, name), join(to, name), written, layer)));
  for (const name of ['pip', 'pip3']) {
    if (!names.includes(name)) await writeFile(join(to, name), noPip, { mode: 0o755 });
  }
}

/** Scripts and `activate` are far smaller, compiled programs mostly larger. */
const largestScript = 256 * 1024;

async function lendProgram(
  from: string,
  to: string,
  environments: ReadonlySet<string>,
  layer: string,
): Promise<void> {
  const found = await lstat(from);
  if (found.isSymbolicLink()) return symlink(await readlink(from), to);
  const text = found.isFile() && found.size <= largestScript ? await readFile(from, 'latin1') : '\0';
  const isOfEnvironment = [...environments].some((environment) => text.includes(environment));
  if (text.includes('\0') || !isOfEnvironment) return symlink(from, to);
  const own = [...environments].reduce((each, path) => each.replaceAll(path, asBytes(layer)), text);
  await writeFile(to, withFittingFirstLine(own), { encoding: 'latin1', mode: found.mode & 0o777 });
}

/** As `latin1` text, one character a byte, in which any file survives being read and written. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

/** Linux before 5.1 cuts off what is longer, with the name of the interpreter. */
const longestFirstLine = 127;

/** A first line that is too long becomes one that the shell reads as a command, and Python as a text. */
function withFittingFirstLine(script: string): string {
  const [line = '', ...rest] = script.split('\n');
  if (!line.startsWith('#!') || line.length <= longestFirstLine) return script;
  const [interpreter = '', ...args] = line.slice(2).trim().split(' ');
  const command = [`'${interpreter}'`, ...args, '"$0"', '"$@"'].join(' ');
  return ['#!/bin/sh', `'''exec' ${command}`, `' '''`, ...rest].join('\n');
}

const noPip = `#!/bin/sh
echo 'The Python environment of this step has no pip. Name the packages among its requirements, or pip itself.' >&2
exit 1
`;
