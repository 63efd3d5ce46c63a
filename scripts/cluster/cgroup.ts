import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterPlace } from './place.ts';

const ROOT = '/sys/fs/cgroup';
/**
 * All pods together get eight times what any other process of the machine gets when there is too little, in the words of
 * cgroup v1 and v2: with the usual one, the servers of a node would starve beside a build.
 */
const CPU_WEIGHT = { 'cpu.shares': 8 * 1024, 'cpu.weight': 8 * 100 } as const;

/** Makes the parent of the pods' cgroups: one in every hierarchy, or the only one where the machine has cgroup v2. */
export function makeCgroup(place: ClusterPlace): void {
  for (const hierarchy of hierarchies()) {
    const controllers = join(hierarchy, 'cgroup.controllers');
    if (existsSync(controllers)) {
      const offered = readFileSync(controllers, 'utf8').split(/\s+/).filter(Boolean);
      if (offered.length > 0)
        writeFileSync(join(hierarchy, 'cgroup.subtree_control'), offered.map((name) => `+${name}`).join(' '));
    }
    mkdirSync(join(hierarchy, place.mark), { recursive: true });
    for (const [file, weight] of Object.entries(CPU_WEIGHT)) {
      const path = join(hierarchy, place.mark, file);
      if (existsSync(path)) writeFileSync(path, String(weight));
    }
  }
}

/** Removes the cgroups, from the innermost on. Their processes are gone; the kernel may take a moment to see it. */
export async function removeCgroup(place: ClusterPlace): Promise<void> {
  for (const hierarchy of hierarchies()) {
    const cgroup = join(hierarchy, place.mark);
    for (let tries = 1; existsSync(cgroup); tries += 1) {
      try {
        removeFrom(cgroup);
      } catch (error) {
        if (tries === 50)
          throw new Error(`The cgroup ${cgroup} cannot be removed: ${String(error)}`, { cause: error });
        await pause(100);
      }
    }
  }
}

function removeFrom(cgroup: string): void {
  for (const entry of readdirSync(cgroup, { withFileTypes: true }))
    if (entry.isDirectory()) removeFrom(join(cgroup, entry.name));
  rmdirSync(cgroup);
}

function hierarchies(): readonly string[] {
  if (existsSync(join(ROOT, 'cgroup.controllers'))) return [ROOT];
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(ROOT, entry.name));
}
