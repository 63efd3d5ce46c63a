import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkouts } from '../../core/ports/workspace.ts';
import type { RunContext } from '../../core/step.ts';
import { endProcessTree } from '../../local/process-tree.ts';

/** The folders of one attempt of a step. They are a cache: all of them go when the attempt ends. */
export interface AttemptFolders {
  /** Above all others, and the marker of the attempt's processes. */
  readonly root: string;
  /** The worktree. */
  readonly code: string;
  readonly output: string;
  readonly checkpoints: string;
  readonly progress: string;
  readonly home: string;
  readonly temporary: string;
}

/**
 * Makes the folders of an attempt, once what earlier attempts left on this machine is gone: their processes too, so
 * that a worker that hung does not write beside its successor.
 */
export async function makeAttemptFolders(given: {
  readonly worktrees: string;
  readonly run: RunContext;
  readonly step: string;
  readonly attempt: number;
  readonly checkouts: Checkouts;
}): Promise<AttemptFolders> {
  const { worktrees, run, step, attempt, checkouts } = given;
  const prefix = `${createHash('sha256').update(`${run.id}\0${step}`).digest('hex').slice(0, 16)}-`;
  await mkdir(worktrees, { recursive: true });
  const leftovers = (await readdir(worktrees)).filter((name) => name.startsWith(prefix));
  for (const name of leftovers) await removeAttempt(foldersIn(join(worktrees, name)), run.project, checkouts);

  const folders = foldersIn(join(worktrees, `${prefix}${attempt}`));
  for (const folder of [folders.output, folders.checkpoints, folders.home, folders.temporary]) {
    await mkdir(folder, { recursive: true });
  }
  return folders;
}

export async function removeAttempt(
  folders: AttemptFolders,
  project: string,
  checkouts: Checkouts,
): Promise<void> {
  await endProcessTree({ group: null, marker: folders.root }, 2_000);
  await checkouts.remove(project, folders.code);
  await rm(folders.root, { recursive: true, force: true, maxRetries: 3 });
}

/** The folders of an attempt whose own is `root`, there or not. */
export function foldersIn(root: string): AttemptFolders {
  return {
    root,
    code: join(root, 'code'),
    output: join(root, 'output'),
    checkpoints: join(root, 'checkpoints'),
    progress: join(root, 'progress.jsonl'),
    home: join(root, 'home'),
    temporary: join(root, 'tmp'),
  };
}
