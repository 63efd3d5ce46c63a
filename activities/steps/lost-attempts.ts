import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { Checkouts } from '../../core/ports/workspace.ts';
import { isRunning, startTimeOf, type ProcessIdentity } from '../../local/supervisor/process-identity.ts';
import { foldersIn, removeAttempt, type AttemptFolders } from './attempt-folders.ts';

/** Which worker an attempt belongs to, and what Temporal knows the attempt by; it lies in the attempt's folder. */
interface AttemptOwner {
  readonly host: string;
  readonly worker: ProcessIdentity;
  readonly project: string;
  /** Base64. */
  readonly taskToken: string;
}

const ownerFile = (root: string): string => join(root, 'owner.json');

/** Notes that this process has the attempt, so that its successor can tell that it was lost. */
export async function ownAttempt(
  { root }: AttemptFolders,
  project: string,
  taskToken: string,
): Promise<void> {
  const startTime = (await startTimeOf(process.pid)) ?? '';
  const worker = { pid: process.pid, startTime };
  const owner = { host: hostname(), worker, project, taskToken } satisfies AttemptOwner;
  await writeFile(ownerFile(root), JSON.stringify(owner), { mode: 0o600 });
}

/**
 * Ends what attempts of workers that are gone have left on this machine (processes and folders), and says of each that
 * its worker was lost: the next attempt then begins at once rather than when the heartbeat is missed. Workers that run
 * keep theirs.
 */
export async function endLostAttempts(given: {
  readonly worktrees: string;
  readonly checkouts: Checkouts;
  /** Fails the activity; rejects for one that has ended otherwise meanwhile. */
  readonly fail: (taskToken: Uint8Array, error: LonghaulError) => Promise<void>;
}): Promise<void> {
  const { worktrees, checkouts, fail } = given;
  for (const name of await readdir(worktrees).catch(() => [])) {
    const folders = foldersIn(join(worktrees, name));
    const owner = await readOwner(folders.root);
    if (owner?.host !== hostname() || (await isRunning(owner.worker))) continue;
    await removeAttempt(folders, owner.project, checkouts);
    const lost = `the worker was lost: process ${owner.worker.pid} on ${owner.host} is gone`;
    await fail(Buffer.from(owner.taskToken, 'base64'), new LonghaulError('WorkerLost', lost)).catch(
      () => undefined,
    );
  }
}

/** Null where the folder was left without one, as by version 0.1.0 or in the moment that it was made. */
async function readOwner(root: string): Promise<AttemptOwner | null> {
  const json = await readFile(ownerFile(root), 'utf8').catch(() => '');
  try {
    return JSON.parse(json) as AttemptOwner;
  } catch {
    return null;
  }
}
