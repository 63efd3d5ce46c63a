import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { onPath, outputOf } from './processes.mjs';
import { runShowingProgress, SetupError } from './progress.mjs';

/** Whether Debian packages can be fetched here: on Debian and what derives from it. */
export const hasDebianPackages = () => onPath('apt-get') !== undefined && onPath('dpkg-deb') !== undefined;

/** Of packages and all that they need, the names of those that are not installed. */
export function lackingDebianPackages(packages) {
  const simulate = () =>
    outputOf('apt-get', ['--simulate', '--no-install-recommends', 'install', ...packages]);
  const told = simulate() ?? (outputOf('apt-get', ['update'], { timeout: 120_000 }), simulate());
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
  for (const archive of readdirSync(archives).filter((name) => name.endsWith('.deb')))
    await runShowingProgress({
      what: `${what}: unpack ${archive.split('_')[0]}`,
      expect: '2s',
      command: 'dpkg-deb',
      args: ['--extract', path.join(archives, archive), into],
    });
  rmSync(archives, { recursive: true });
}
