import { setTimeout as pause } from 'node:timers/promises';

/** Generous: machines that build and test at once are many times slower. Nothing waits this long when all is well. */
const patienceMs = 240_000;

/**
 * Looks again and again until it sees something else than null or undefined. A look may fail while servers are
 * away. @throws Error with what was waited for, and the newest failure
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined> | T | null | undefined,
  everyMs = 100,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let failure: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined) return seen;
      failure = undefined;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      failure = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${patienceMs / 1_000} s`, { cause: failure });
    }
    await pause(everyMs);
  }
}

/** What was waited for cannot come any more. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}
