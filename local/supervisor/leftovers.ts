import type { HomePaths } from '../home.ts';
import { endProcessTree, markerVariable } from '../process-tree.ts';
import type { ObservedState } from './observed-state.ts';
import { endLeftover } from './process-group.ts';

const graceMs = 10_000;

/** Marks what a supervisor of this home starts, and all that comes of it. */
export const supervisedIn = (home: HomePaths): Readonly<Record<string, string>> => ({
  [markerVariable]: home.supervisor,
});

/**
 * Ends what an earlier supervisor started and left. A process whose start time differs from the noted one has
 * only inherited the number, and is left alone.
 * @returns keys of the ended ones
 */
export async function endLeftovers(observed: ObservedState): Promise<readonly string[]> {
  const ended = await Promise.all(
    observed.processes.map(async ({ key, process }) =>
      process !== null && (await endLeftover(process, graceMs)) ? [key] : [],
    ),
  );
  return ended.flat();
}

/**
 * Ends what an earlier supervisor of this home started and had no time to note, or whose leader is gone: on Linux,
 * where processes are found by their mark.
 */
export const endUnnoted = (home: HomePaths): Promise<number> =>
  endProcessTree({ group: null, marker: home.supervisor }, graceMs);
