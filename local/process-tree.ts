import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** The variable that marks every process of a step's command, or of a supervisor, wherever it goes. */
export const markerVariable = 'LONGHAUL_PROCESS_OF';

/** The processes of a command: its process group (once known), and all that carry its marker. */
export interface ProcessTree {
  readonly group: number | null;
  readonly marker: string;
}

/**
 * Ends a tree: SIGTERM, then after the grace SIGKILL, until none is left. Processes that left the group are found on
 * Linux by their marker or as children of others; elsewhere only the group is known.
 * @returns how many processes could not be ended (of another user, or stuck in the kernel)
 */
export async function endProcessTree(tree: ProcessTree, graceMs: number): Promise<number> {
  let left = signalAll(tree, 'SIGTERM');
  const graceEnds = Date.now() + graceMs;
  while (left > 0 && Date.now() < graceEnds) {
    await wait(25);
    left = findProcesses(tree).length;
  }
  const patienceEnds = Date.now() + 5_000;
  while (left > 0 && Date.now() < patienceEnds) {
    signalAll(tree, 'SIGKILL');
    await wait(25);
    left = findProcesses(tree).length;
  }
  return left;
}

function signalAll(tree: ProcessTree, signal: NodeJS.Signals): number {
  const found = findProcesses(tree);
  if (found.length > 0 && tree.group !== null) send(-tree.group, signal);
  for (const pid of found) send(pid, signal);
  return found.length;
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Numbers of the processes of the tree that run; this process is none of them. */
export function findProcesses(tree: ProcessTree): readonly number[] {
  if (process.platform !== 'linux') {
    return tree.group !== null && send(-tree.group, 0) ? [-tree.group] : [];
  }
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap(readProcess);
  const members = new Set(
    processes.filter((each) => each.group === tree.group || carriesMarker(each.pid, tree.marker)).map(pidOf),
  );
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const each of processes) if (members.has(each.parent)) members.add(each.pid);
  }
  members.delete(process.pid);
  return [...members];
}

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

const pidOf = (running: RunningProcess): number => running.pid;

/** Nothing for a process that is gone, or dead and only waiting to be reaped. */
function readProcess(pid: number): readonly RunningProcess[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? [] : [{ pid, parent: Number(parent), group: Number(group) }];
  } catch {
    return [];
  }
}

function carriesMarker(pid: number, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${markerVariable}=${marker}`);
  } catch {
    return false;
  }
}
