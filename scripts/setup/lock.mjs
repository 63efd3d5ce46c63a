import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { outputOf } from './processes.mjs';
import { inWords } from './progress.mjs';

/**
 * Waits for the lock file and takes it: one set-up at a time. A holder is known by its pid and its start time, so
 * a lock left by a process that is gone (or whose pid another process has now) is broken.
 * @returns a function that gives the lock back
 */
export async function takeLock(file, say) {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  let waitingSince;
  for (;;) {
    writeFileSync(draft, mine);
    const taken = linked(draft, file);
    rmSync(draft, { force: true });
    if (taken) {
      if (waitingSince !== undefined)
        say(`The other set-up has ended after ${inWords((Date.now() - waitingSince) / 1000)}.`);
      return () => rmSync(file, { force: true });
    }
    const held = read(file);
    if (held === undefined) continue;
    const holder = parsed(held);
    if (!isAlive(holder)) {
      breakLock(file, held);
      continue;
    }
    if (waitingSince === undefined) {
      waitingSince = Date.now();
      say(`Another set-up runs in this folder (process ${holder.pid}); waiting for it to end.`);
    }
    await pause(200);
  }
}

function linked(draft, file) {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the stale lock aside; puts it back if it turns out to be a newer one. */
function breakLock(file, stale) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) linked(aside, file);
  rmSync(aside, { force: true });
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { pid: 0 };
  }
}

function isAlive({ pid, started }) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const now = startOf(pid);
  return now !== undefined && now === started;
}

/** When a process started: in clock ticks since boot on Linux, in words elsewhere; undefined if none runs. */
function startOf(pid) {
  if (process.platform !== 'linux') return outputOf('ps', ['-o', 'lstart=', '-p', String(pid)])?.trim();
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? ['Z'];
  return fields[0] === 'Z' ? undefined : fields[19];
}
