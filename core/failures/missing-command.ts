/** The command that a shell, make or env did not find, by what it printed last; null when none is named. */
export const missingCommand = (output: string): string | null =>
  output
    .split('\n')
    .map(
      (line) =>
        /([^\s:]+): (?:command )?not found\s*$/.exec(line)?.[1] ??
        /(?:^|: )[‘'"]?([^\s:‘’'"]+)[’'"]?: No such file or directory\s*$/.exec(line)?.[1],
    )
    .findLast((name) => name !== undefined) ?? null;
