export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maximumMs: number;
  /** After this long without a crash, the next one counts as the first. */
  readonly stableMs: number;
}

export const restartBackoff: BackoffPolicy = { firstMs: 250, maximumMs: 15_000, stableMs: 30_000 };

/** Crashes in a row, the one just seen included. `livedMs` is how long the process had been ready. */
export function crashesInARow(before: number, livedMs: number, policy: BackoffPolicy): number {
  return livedMs >= policy.stableMs ? 1 : before + 1;
}

/** Milliseconds to wait before the next start: doubled with each crash in a row. */
export function restartDelay(crashes: number, policy: BackoffPolicy): number {
  return Math.min(policy.maximumMs, policy.firstMs * 2 ** Math.max(0, crashes - 1));
}
