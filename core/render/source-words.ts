/** The words for a run over uncommitted changes. */
import type { WorktreeSource } from '../step.ts';

/** Stands as the `base` of a snapshot of a repository without commits. */
export const nothingCommitted = '0'.repeat(40);

/** What ran instead of a commit: `uncommitted changes on top of 1a2b3c4d5e6f (3 files)`. */
export function sourceSaid({ base, changed }: WorktreeSource): string {
  const files = changed === 1 ? '1 file' : `${changed} files`;
  if (base === nothingCommitted) return `a checkout of which nothing is committed yet (${files})`;
  const short = base.slice(0, 12);
  return changed === 0
    ? `a checkout of ${short} without uncommitted changes`
    : `uncommitted changes on top of ${short} (${files})`;
}
