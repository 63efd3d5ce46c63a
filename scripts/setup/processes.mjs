import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** What a short command prints, or undefined where it cannot be run or fails. */
export function outputOf(command, args, options = {}) {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  return done.status === 0 ? `${done.stdout}${done.stderr}` : undefined;
}

/** The absolute path of a program on PATH. The project's own node_modules/.bin is looked at only by asking for it. */
export function onPath(program, searchPath = process.env.PATH ?? '') {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.resolve(folder, program))
    .find(isProgram);
}

export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** PATH without any node_modules/.bin, so that a child does not run what it is about to replace. */
export function pathWithoutPackages() {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.replace(/\/+$/, '').endsWith('node_modules/.bin'))
    .join(path.delimiter);
}
