/**
 * The programs of the machine that shell lines may start: words without a slash, which the PATH leads to, and absolute
 * paths. A path in the worktree is a file of the commit, and one that a variable begins with cannot be told.
 */
export function programsNamedIn(lines: readonly string[]): ReadonlySet<string> {
  const words = lines.flatMap((line) => line.match(/[$~][\w{}.+/-]*|[\w.+/-]+/g) ?? []);
  return new Set(words.filter((word) => /^\/.*[^/]$/.test(word) || !/[$~/]/.test(word)));
}

/** What each Python environment brings itself, so that a step that has one never runs the machine's. */
export const isOfPython = (name: string): boolean => /^(python|pip)3?$/.test(name);
