import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomePaths } from './home.ts';
import { readIfThere, writeAtomically } from './supervisor/atomic-file.ts';

const preparedArm = z.object({
  /** Folder that holds `bin/python`; null for a server that needs no Python environment. */
  python: z.string().nullable(),
  /** The shared environment that it lies over, or is; arms that version 0.1.0 prepared do not name it. */
  environment: z.string().nullable().default(null),
  /** Folder of the model's files. */
  model: z.string(),
});

/** What a server of an arm is started with, apart from its code. */
export type PreparedArm = z.output<typeof preparedArm>;

/** Folder of an arm's code, at its commit. */
export const armCode = (home: HomePaths, armId: string): string => join(home.served, armId, 'code');

const noteOf = (home: HomePaths, armId: string): string => join(home.served, armId, 'prepared.json');

/** Notes that code, environment and model files of the arm are whole. */
export async function notePrepared(home: HomePaths, armId: string, prepared: PreparedArm): Promise<void> {
  await writeAtomically(noteOf(home, armId), JSON.stringify(prepared));
}

/** Takes the note back before something of the arm is made anew: from then on it is not whole. */
export async function forgetPrepared(home: HomePaths, armId: string): Promise<void> {
  await rm(noteOf(home, armId), { force: true });
}

/** Null until everything that the arm needs is there. */
export async function readPrepared(home: HomePaths, armId: string): Promise<PreparedArm | null> {
  const text = await readIfThere(noteOf(home, armId));
  return text === null ? null : preparedArm.parse(JSON.parse(text));
}
