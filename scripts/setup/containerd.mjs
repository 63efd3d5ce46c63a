import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hasDebianPackages, unpackDebianPackages } from './debian.mjs';
import { programNamedIn } from './existing.mjs';
import { inTools } from './paths.mjs';
import { isProgram, onPath } from './processes.mjs';
import { say } from './progress.mjs';
import { makeWhole } from './stamps.mjs';

const folder = inTools('containerd', 'debian');
const installed = path.join(folder, 'containerd');

/**
 * containerd, with ctr beside it: what pulls images on most clusters. Only tests of its words need it, so a machine
 * that has none and no Debian packages goes without. @returns its absolute path
 */
export async function provideContainerd() {
  const there = programNamedIn('LONGHAUL_CONTAINERD') ?? [onPath('containerd'), installed].find(hasCtr);
  if (there !== undefined || !hasDebianPackages()) return there;
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
  const unpacked = path.join(draft, 'unpacked');
  mkdirSync(unpacked);
  const packages = ['containerd'];
  await unpackDebianPackages({
    what: 'fetch containerd from Debian',
    expect: '5s',
    packages,
    into: unpacked,
  });
  for (const name of ['containerd', 'ctr'])
    renameSync(path.join(unpacked, 'usr/bin', name), path.join(draft, name));
  rmSync(unpacked, { recursive: true });
}
