import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { programNamedIn } from './existing.mjs';
import { inTools } from './paths.mjs';
import { isProgram, onPath } from './processes.mjs';
import { runShowingProgress, say } from './progress.mjs';
import { makeWhole } from './stamps.mjs';

const folder = inTools('containerd', 'debian');
const installed = path.join(folder, 'containerd');

/**
 * containerd, with ctr beside it: what pulls images on most clusters. Only tests of its words need it, so a machine
 * that has none and no Debian packages goes without. @returns its absolute path
 */
export async function provideContainerd() {
  const there = programNamedIn('LONGHAUL_CONTAINERD') ?? [onPath('containerd'), installed].find(hasCtr);
  if (there !== undefined || onPath('apt-get') === undefined || onPath('dpkg-deb') === undefined)
    return there;
  try {
    await makeWhole(folder, fetchFromDebian);
    return installed;
  } catch (error) {
    say(`  none   containerd: tests of images that cannot be pulled will not run. ${error.message}`);
    return undefined;
  }
}

const hasCtr = (program) =>
  program !== undefined && isProgram(program) && isProgram(path.join(path.dirname(program), 'ctr'));

async function fetchFromDebian(draft) {
  const what = 'fetch containerd from Debian';
  const download = 'apt-get download containerd || (apt-get update && apt-get download containerd)';
  await runShowingProgress({ what, expect: '5s', command: 'sh', args: ['-c', download], cwd: draft });
  const archive = readdirSync(draft).find((name) => name.endsWith('.deb'));
  const unpacked = path.join(draft, 'unpacked');
  mkdirSync(unpacked);
  await runShowingProgress({
    what: `${what}: unpack`,
    expect: '2s',
    command: 'dpkg-deb',
    args: ['--extract', archive, unpacked],
    cwd: draft,
  });
  for (const name of ['containerd', 'ctr'])
    renameSync(path.join(unpacked, 'usr/bin', name), path.join(draft, name));
  rmSync(unpacked, { recursive: true });
  rmSync(path.join(draft, archive));
}
