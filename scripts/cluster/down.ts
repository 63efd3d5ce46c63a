import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { awaitReady } from './await-ready.ts';
import { removeCgroup } from './cgroup.ts';
import { childrenOf, kill, readComponents } from './component.ts';
import type { ClusterPlace } from './place.ts';

/**
 * Undoes all that a cluster did to this machine, however far it came and whatever of it still runs. With the node's
 * first process the kernel ends every process in it, and takes its mounts, links and rules.
 * @returns whether there was anything to undo
 */
export async function takeDown(place: ClusterPlace): Promise<boolean> {
  if (!existsSync(place.folder)) return false;
  const components = readComponents(place);
  for (const { name, process: identity } of components) {
    if (!(await isRunning(identity))) continue;
    // What waits for a component that was stopped has stopped as well, and would not see its end.
    kill(identity.pid, 'SIGCONT');
    if (name !== 'node') continue;
    const [first = identity.pid] = await childrenOf(identity.pid);
    kill(first, 'SIGKILL');
  }
  for (const { name, process: identity } of components)
    await awaitReady(`the end of ${name}`, 30, async () => {
      if (await isRunning(identity)) throw new Error(`process ${identity.pid} still runs`);
    });
  await removeLink(place);
  await removeCgroup(place);
  rmSync(place.folder, { recursive: true, force: true });
  removeIfEmpty(dirname(place.folder));
  return true;
}

/** The kernel takes the link with the node's network, but not at once; a half-started cluster may have it alone. */
async function removeLink({ mark }: ClusterPlace): Promise<void> {
  await awaitReady(`the end of the link ${mark}`, 20, () => {
    if (!existsSync(`/sys/class/net/${mark}`)) return Promise.resolve();
    execFileSync('ip', ['link', 'delete', mark], { stdio: 'ignore' });
    return Promise.reject(new Error('it was there until now'));
  });
}

function removeIfEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
