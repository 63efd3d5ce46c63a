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

/** Named one by one; how many more there are is told. */
const named = 5;

/** Of the untracked files of a snapshot: `Untracked files go with it: a.py, b.py …`; no line without any. */
export function untrackedSaid(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const suspects = paths.filter(mayHoldSecrets);
  return [
    `Untracked files go with it: ${inShort(paths)} (.gitignore keeps files out).`,
    ...(suspects.length === 0
      ? []
      : [
          `Warning: by their names these hold secrets, and they are put into the artifact store: ${inShort(suspects)}. To keep them out, name them in .gitignore, and run it again.`,
        ]),
  ];
}

const inShort = (paths: readonly string[]): string =>
  paths.length <= named
    ? paths.join(', ')
    : `${paths.slice(0, named).join(', ')} and ${paths.length - named} more`;

/** Environment files (but no examples of them), keys, and what says that it is credentials. */
function mayHoldSecrets(path: string): boolean {
  const name = path.split('/').at(-1)?.toLowerCase() ?? '';
  const isExample = /\.(example|sample|template)$/.test(name);
  return (
    (name.startsWith('.env') && !isExample) || /\.(pem|key)$/.test(name) || /credentials.*\.json$/.test(name)
  );
}
