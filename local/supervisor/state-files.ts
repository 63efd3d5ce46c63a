import type { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import type { HomePaths } from '../home.ts';
import { withLock } from '../with-lock.ts';
import { readIfThere, writeAtomically } from './atomic-file.ts';
import { desiredStateSchema, type DesiredState } from './desired-state.ts';
import { nothingObserved, observedStateSchema, type ObservedState } from './observed-state.ts';

/** A change takes milliseconds: whose lock is older than this has died. */
const takenOverAfterMs = 5_000;

/** @throws LonghaulError InvalidConfig when the file is not what this version of Longhaul writes */
export async function readDesired(home: HomePaths): Promise<DesiredState | null> {
  return parse(home.desired, desiredStateSchema);
}

export async function readObserved(home: HomePaths): Promise<ObservedState> {
  return (await parse(home.observed, observedStateSchema)) ?? nothingObserved;
}

export async function writeObserved(home: HomePaths, state: ObservedState): Promise<void> {
  await writeAtomically(home.observed, JSON.stringify(state, null, 2), 0o600);
}

/**
 * Changes the desired state under a lock between processes: `change` sees the newest state and answers the next,
 * or the very same object when nothing is to be changed. The revision is counted here.
 * @throws what `change` throws; nothing is written then
 */
export async function changeDesired(
  home: HomePaths,
  change: (state: DesiredState | null) => DesiredState,
): Promise<DesiredState> {
  return withLock(
    home.desired,
    async () => {
      const before = await readDesired(home);
      const after = change(before);
      if (after === before) return before;
      const next = { ...after, revision: (before?.revision ?? 0) + 1 };
      await writeAtomically(home.desired, JSON.stringify(next, null, 2), 0o600);
      return next;
    },
    takenOverAfterMs,
  );
}

async function parse<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readIfThere(file);
  if (text === null) return null;
  const parsed = schema.safeParse(toJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new LonghaulError(
    'InvalidConfig',
    `${file} is not a state file that this Longhaul can read${where}: ${issue?.message ?? 'not JSON'}.`,
    { mend: 'Move it away; the next `longhaul up` begins with no models served.' },
  );
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
