import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Command lines of the processes whose command line or environment holds `mark`, this one left out. */
export function processesWith(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => readIfThere(`/proc/${pid}/cmdline`) + readIfThere(`/proc/${pid}/environ`))
    .filter((text) => text.includes(mark))
    .map((text) => text.split('\0').slice(0, 3).join(' '));
}

/** The guard above the processes that carry `mark`: a child of this process that runs guard.ts, and their ancestor. */
export function guardOf(mark: string): number {
  const parentOf = (pid: string): string =>
    /^PPid:\s*(\d+)/m.exec(readIfThere(`/proc/${pid}/status`))?.[1] ?? '';
  const guard = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readIfThere(`/proc/${name}/environ`).includes(mark))
    .map(parentOf)
    .find((parent) => parentOf(parent) === String(process.pid));
  if (guard === undefined) throw new Error(`No guard runs for ${mark}`);
  return Number(guard);
}

/** Resolves once `holds` is true; fails after ten seconds, telling what was awaited. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Not so after ten seconds: ${what}`);
    await wait(20);
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
