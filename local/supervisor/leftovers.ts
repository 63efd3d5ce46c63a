import type { ObservedState } from './observed-state.ts';
import { endLeftover } from './process-group.ts';

const graceMs = 10_000;

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
