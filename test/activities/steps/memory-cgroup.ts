import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A group of processes that the kernel gives no more than so much memory. */
export interface MemoryGroup {
  /** A shell command line that puts the shell, and what it starts, into the group. */
  readonly join: string;
  readonly remove: () => void;
}

/** Makes one below this process's own, by version 1 or 2 of the interface. @throws Error where that is not allowed */
export function createMemoryGroup(bytes: number): MemoryGroup {
  const groups = readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const own = groups.find(([, controllers]) => controllers?.split(',').includes('memory'))?.[2];
  const root = own === undefined ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
  const parent = own !== undefined && existsSync(join(root, own)) ? join(root, own) : root;
  const folder = join(parent, `longhaul-test-${randomUUID()}`);
  mkdirSync(folder);
  if (own === undefined) {
    writeFileSync(join(folder, 'memory.swap.max'), '0');
    writeFileSync(join(folder, 'memory.max'), String(bytes));
  } else {
    writeFileSync(join(folder, 'memory.limit_in_bytes'), String(bytes));
  }
  return {
    join: `echo $$ > '${join(folder, 'cgroup.procs')}'`,
    remove: () => {
      rmdirSync(folder);
    },
  };
}
