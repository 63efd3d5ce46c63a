import { LonghaulError } from '../../core/errors.ts';

/** What is looked at, in the order in which people read it. */
export const areas = [
  'machine',
  'programs',
  'files',
  'connections',
  'workers',
  'projects',
  'repository',
] as const;
export type Area = (typeof areas)[number];

/** One thing that was looked at. `mend` says what to do about it, best a command to type. */
export interface Finding {
  readonly area: Area;
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly said: string;
  readonly mend?: string;
}

/** Looks at one thing, or at some that hang together. What it throws is a problem under its own name. */
export interface Check {
  readonly area: Area;
  readonly name: string;
  readonly look: () => Promise<readonly Finding[]>;
}

/** What was found of one thing, without the thing. */
export type Found = Pick<Finding, 'state' | 'said' | 'mend'>;

export const ok = (said: string): Found => ({ state: 'ok', said });
export const warning = (said: string, mend: string): Found => ({ state: 'warning', said, mend });
export const problem = (said: string, mend: string): Found => ({ state: 'problem', said, mend });

/** A check of one thing. */
export const checkOf = (area: Area, name: string, find: () => Promise<Found> | Found): Check => ({
  area,
  name,
  look: async () => [{ area, name, ...(await find()) }],
});

/** What an error says, and how it says that it is mended. */
export function problemOf(error: unknown, otherwise: string): Found {
  if (!(error instanceof Error)) return problem(String(error), otherwise);
  if (!(error instanceof LonghaulError) || error.mend === undefined) return problem(error.message, otherwise);
  return problem(error.message.slice(0, -error.mend.length).trim(), error.mend);
}
