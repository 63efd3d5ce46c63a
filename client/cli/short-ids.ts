import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/**
 * The one id that a person means. Given nothing, the first (ids come newest first). Otherwise an id matches when it is
 * `given`, starts with it, or has a part after a `/` that starts with it (`3f2a`, `flights/3f2a`, `3f2a91c0d4e1-2`).
 * @throws CommandFailure when none matches, or several do (they are listed)
 */
export function resolveId(
  kind: 'release' | 'CI run' | 'release or CI run',
  given: string | undefined,
  ids: readonly string[],
  start: string,
): string {
  if (given === undefined) {
    const [newest] = ids;
    if (newest !== undefined) return newest;
    throw new CommandFailure(exitCodes.notFound, `There is no ${kind} yet. Start one with: ${start}`);
  }
  const exact = ids.find((id) => id === given);
  if (exact !== undefined) return exact;
  const matching = ids.filter((id) => matches(id, given));
  const [only, ...others] = matching;
  if (only === undefined) {
    throw new CommandFailure(exitCodes.notFound, `There is no ${kind} \`${given}\`. ${listing(ids, start)}`);
  }
  if (others.length === 0) return only;
  throw new CommandFailure(
    exitCodes.usage,
    `\`${given}\` may be any of ${matching.length}; say more of it:\n${lines(matching)}`,
  );
}

const matches = (id: string, given: string): boolean => id.startsWith(given) || id.includes(`/${given}`);

const shown = 10;

const listing = (ids: readonly string[], start: string): string =>
  ids.length === 0
    ? `There is none at all. Start one with: ${start}`
    : `The newest are:\n${lines(ids.slice(0, shown))}`;

const lines = (ids: readonly string[]): string => ids.map((id) => `  ${id}`).join('\n');
