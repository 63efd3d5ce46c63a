import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where counts of what the kernel killed for want of memory may be: this group's (cgroup v2, v1), the machine's. */
function counters(): readonly string[] {
  const groups = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const pathOf = (controller: string): string | undefined =>
    groups.find(([, controllers = '']) => controllers.split(',').includes(controller))?.[2];
  const unified = pathOf('');
  const memory = pathOf('memory');
  return [
    ...(unified === undefined ? [] : [join('/sys/fs/cgroup', unified, 'memory.events')]),
    ...(memory === undefined ? [] : [join('/sys/fs/cgroup/memory', memory, 'memory.oom_control')]),
    '/proc/vmstat',
  ];
}

/**
 * Begins to watch the kernel's counts of processes killed for want of memory. What it returns says whether one of them
 * has risen since; null where the machine has no such count. A rise may be of another process of the machine, so it
 * is evidence only beside a process of one's own that was killed.
 */
export function watchForOom(): () => boolean | null {
  const before = countsIn(counters());
  return () => {
    if (before.size === 0) return null;
    const after = countsIn([...before.keys()]);
    return [...before].some(([file, count]) => (after.get(file) ?? count) > count);
  };
}

function countsIn(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    const count = /^oom_kill (\d+)$/m.exec(read(file) ?? '')?.[1];
    if (count !== undefined) counts.set(file, Number(count));
  }
  return counts;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
