import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from './exit-codes.ts';
import { failureOf } from './failure.ts';

const everyMs = 1_000;
const patienceMs = 120_000;

/**
 * Looks every second until `isOver`, showing each view. A server that goes away is waited for, for two minutes:
 * what is followed goes on without us.
 */
export async function follow<T>(options: {
  readonly look: () => Promise<T>;
  readonly show: (view: T) => void | Promise<void>;
  readonly isOver: (view: T) => boolean;
  readonly onSilence: (message: string) => void;
}): Promise<T> {
  let lastAnswer = Date.now();
  for (;;) {
    try {
      const view = await options.look();
      lastAnswer = Date.now();
      await options.show(view);
      if (options.isOver(view)) return view;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== exitCodes.cannotConnect || Date.now() - lastAnswer > patienceMs) throw error;
      options.onSilence(failure.message);
    }
    await delay(everyMs);
  }
}
