import { createHash } from 'node:crypto';

/** A coin that the seed tosses, one for each round. */
export const chance = (seed: number, round: number): boolean =>
  ((createHash('sha256').update(`${seed} ${round}`).digest()[0] ?? 0) & 1) === 1;
