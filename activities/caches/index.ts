import { withLease } from '../../local/caches/leases.ts';
import { keepWithinLimit } from '../../local/caches/limit.ts';
import type { HomePaths } from '../../local/home.ts';

/** The caches of this machine, as work that uses them sees them. */
export interface Caches {
  /** Does the work while nothing that it may have been given goes; afterwards, in nobody's way, sees to the limit. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** Frees what is above the limit, least recently used first. */
  keepWithinLimit(): Promise<void>;
}

/** Between two looks at the size, as long as nobody asks for one. */
const lookEveryMs = 60_000;

export function createCaches(config: {
  readonly home: HomePaths;
  /** Bytes of all caches together. */
  readonly limit: number;
  /** A line for the worker's log. */
  readonly tell: (line: string) => void;
}): Caches {
  const { home, limit, tell } = config;
  const look = async (everyMs: number): Promise<void> => {
    try {
      const gone = await keepWithinLimit(home, limit, everyMs);
      if (gone.length > 0)
        tell(`caches were above their limit; gone: ${gone.map(({ name }) => name).join(', ')}`);
    } catch (error) {
      tell(`caches cannot be kept within their limit: ${String(error)}`);
    }
  };
  return {
    lend: (work) => withLease(home, 'step', work).finally(() => void look(lookEveryMs)),
    keepWithinLimit: () => look(0),
  };
}
