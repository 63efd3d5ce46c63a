import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { groupOf, isRunning, type ProcessIdentity } from './process-identity.ts';

/**
 * Ends a whole process group: SIGTERM, and SIGKILL for what is left after `graceMs`.
 * Resolves when no process of the group is left.
 */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  signalGroup(leader, 'SIGTERM');
  if (await groupEnds(leader, graceMs)) return;
  signalGroup(leader, 'SIGKILL');
  await groupEnds(leader, 5_000);
}

/** Ends what an earlier supervisor left, unless the number belongs to another process by now. */
export async function endLeftover(identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (!(await isRunning(identity))) return false;
  await endGroup(identity.pid, graceMs);
  return true;
}

export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // No such group: nothing is left to be told.
  }
}

async function groupEnds(leader: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (await groupRuns(leader)) {
    if (Date.now() >= deadline) return false;
    await delay(25);
  }
  return true;
}

/** Processes that have ended and wait to be reaped do not count: nobody may ever reap those of a dead parent. */
async function groupRuns(leader: number): Promise<boolean> {
  try {
    process.kill(-leader, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  const processes = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const groups = await Promise.all(processes.map((entry) => groupOf(Number(entry))));
  return groups.includes(leader);
}
