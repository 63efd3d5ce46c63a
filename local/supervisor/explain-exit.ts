export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Why a server ended, in a line: known causes by what they mean, else the newest line of its log. */
export function explainExit(exit: Exit, lines: readonly string[]): string {
  const ended = exit.signal === null ? `ended with code ${exit.code ?? '?'}` : `was ended by ${exit.signal}`;
  const known = lines.map(knownCause).findLast((cause) => cause !== undefined);
  if (known !== undefined) return `${ended}: ${known}`;
  if (exit.signal === 'SIGKILL') return `${ended}: by hand, or the machine ran out of memory`;
  const newest = lines.at(-1)?.trim();
  return newest === undefined ? `${ended} without a word` : `${ended}: ${newest}`;
}

function knownCause(line: string): string | undefined {
  const module = /(?:ModuleNotFoundError: No module named|Cannot find (?:module|package)) '([^']+)'/.exec(
    line,
  )?.[1];
  if (module !== undefined) return `the module ${module} is missing; is it in the lock file of \`serve\`?`;
  if (/EADDRINUSE|[Aa]ddress already in use/.test(line)) return 'its port is taken';
  const command = /(?:^|: )(?:\d+: )?([^ :]+): (?:command )?not found/.exec(line)?.[1];
  if (command !== undefined) return `the command ${command} was not found`;
  const error = /^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b.*/.exec(line.trim())?.[0];
  return error;
}
