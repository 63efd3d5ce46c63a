import type { HomePaths } from './home.ts';
import { createBell } from './supervisor/bell.ts';
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
  const bell = createBell();
  const unwatch = watchFile(home.observed, bell.ring, 500);
  try {
    for (;;) {
      const decided = await decide(await readObserved(home));
      if (decided !== null) return decided;
      const left = deadline - Date.now();
      if (left <= 0) return null;
      const timer = setTimeout(bell.ring, left);
      await bell.rung();
      clearTimeout(timer);
    }
  } finally {
    unwatch();
  }
}
