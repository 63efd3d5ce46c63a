import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: clock ticks since boot on Linux, a date elsewhere. */
  readonly startTime: string;
}

/** When the process started, or null if none has this number (or it has ended and waits to be reaped). */
export async function startTimeOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? startTicks(pid) : startDate(pid);
}

/** Whether the very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await startTimeOf(identity.pid)) === identity.startTime;
}

/** Number of the process group of a process that runs; null for none. Linux only. */
export async function groupOf(pid: number): Promise<number | null> {
  const fields = await statFields(pid);
  return fields === null ? null : Number(fields[2]);
}

async function startTicks(pid: number): Promise<string | null> {
  return (await statFields(pid))?.[19] ?? null;
}

/** Fields of /proc/PID/stat from the third on (the name before them may hold spaces and brackets). */
async function statFields(pid: number): Promise<readonly string[] | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : fields;
}

async function startDate(pid: number): Promise<string | null> {
  const answer = await execute('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => null);
  const line = answer?.stdout.trim() ?? '';
  return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
}
