import type { HomePaths } from './home.ts';
import type { ObservedState } from './supervisor/observed-state.ts';
import { readObserved } from './supervisor/state-files.ts';
import { watchFile } from './supervisor/watch-file.ts';

/**
 * Resolves with the first observed state for which `decide` answers something, looking anew at every change of
 * the file; null when `withinMs` have passed. What `decide` throws ends the wait.
 */
export async function awaitObserved<T>(
  home: HomePaths,
  withinMs: number,
  decide: (observed: ObservedState) => T | null | Promise<T | null>,
): Promise<T | null> {
  const deadline = Date.now() + withinMs;
  let wake: () => void = () => undefined;
  let changed = true;
  const unwatch = watchFile(
    home.observed,
    () => {
      changed = true;
      wake();
    },
    500,
  );
  try {
    for (;;) {
      changed = false;
      const decided = await decide(await readObserved(home));
      if (decided !== null) return decided;
      if (Date.now() >= deadline) return null;
      if (!isSet(changed)) await sleepUntil(deadline, (now) => (wake = now));
    }
  } finally {
    unwatch();
  }
}

const isSet = (flag: boolean): boolean => flag;

function sleepUntil(deadline: number, wakeBy: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, deadline - Date.now()));
    wakeBy(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
