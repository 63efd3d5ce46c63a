import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { onPath, outputOf } from './processes.mjs';
import { runShowingProgress, SetupError } from './progress.mjs';

/** Whether Debian packages can be fetched here: on Debian and what derives from it. */
export const hasDebianPackages = () => onPath('apt-get') !== undefined && onPath('dpkg-deb') !== undefined;

/** Of packages and all that they need, the names of those that are not installed. */
export function lackingDebianPackages(packages) {
  const simulate = ['--simulate', '--no-install-recommends', 'install', ...packages];
  let told = outputOf('apt-get', simulate);
  if (told === undefined) {
    outputOf('apt-get', ['update'], { timeout: 120_000 });
    told = outputOf('apt-get', simulate);
  }
  if (told === undefined) throw new SetupError(`apt-get knows no way to have ${packages.join(', ')}`);
  return [...told.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
}

/** Downloads Debian packages and unpacks them below a folder, as they lie on `/`; installs nothing. */
export async function unpackDebianPackages({ what, expect, packages, into }) {
  const archives = path.join(into, '.archives');
  mkdirSync(archives);
  const download = `apt-get download ${packages.join(' ')}`;
  await runShowingProgress({
    what,
    expect,
    command: 'sh',
    args: ['-c', `${download} || (apt-get update && ${download})`],
    cwd: archives,
  });
  await runShowingProgress({
    what: `${what}: unpack`,
    expect: '10s',
    command: 'sh',
    args: ['-c', 'for archive in *.deb; do dpkg-deb --extract "$archive" "$0" || exit 1; done', into],
    cwd: archives,
  });
  rmSync(archives, { recursive: true });
}
