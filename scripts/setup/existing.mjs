import path from 'node:path';
import { isProgram, onPath, outputOf, pathWithoutPackages } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { isSuitable, versionIn } from './versions.mjs';

/** The program that an environment variable names; undefined where it is unset or empty. */
export function programNamedIn(variable) {
  const named = process.env[variable];
  if (named === undefined || named === '') return undefined;
  if (isProgram(named)) return path.resolve(named);
  throw new SetupError(`${variable} names ${named}, which is not a program; correct it or unset it`);
}

/** A program on PATH whose version is in the tool's bounds. */
export function suitableOnPath({ name, ask = ['--version'], suitable }) {
  const program = onPath(name, pathWithoutPackages());
  const version = program === undefined ? undefined : versionIn(outputOf(program, ask) ?? '');
  return version !== undefined && isSuitable(version, suitable) ? program : undefined;
}
