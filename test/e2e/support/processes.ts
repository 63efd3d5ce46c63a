import { isRunning } from '../../../local/supervisor/process-identity.ts';
import type { ProcessIdentity } from '../../../local/supervisor/process-identity.ts';
import { eventually } from './eventually.ts';

/** kill -9, of each process alone; resolves when all are gone. */
export async function kill9(processes: readonly ProcessIdentity[]): Promise<void> {
  for (const { pid } of await runningOf(processes)) process.kill(pid, 'SIGKILL');
  await eventually('the killed processes are gone', async () =>
    (await runningOf(processes)).length === 0 ? true : null,
  );
}

export async function runningOf(processes: readonly ProcessIdentity[]): Promise<readonly ProcessIdentity[]> {
  const running = await Promise.all(processes.map(isRunning));
  return processes.filter((_process, index) => running[index]);
}

/** What a broken test left: each process with its group, which all servers and workers lead. */
export async function endByForce(processes: readonly ProcessIdentity[]): Promise<void> {
  for (const { pid } of await runningOf(processes)) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}
