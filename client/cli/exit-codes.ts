/** What the exit code of `longhaul` says; scripts may rely on it. */
export const exitCodes = {
  /** Done; a run that was waited for passed, a release was released. */
  ok: 0,
  /** The run that was waited for ended otherwise, `deploy diff` found differences, or something unforeseen happened. */
  notPassed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** longhaul.yaml, the operator's file, a secret or the set-up is wrong. */
  configuration: 3,
  /** Temporal, a worker or another server does not answer, or does not start: a port is taken. */
  cannotConnect: 4,
  /** There is no such release, run, commit, project or file. */
  notFound: 5,
  /** It exists, but refuses: wrong state, other evidence, not permitted. */
  refused: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For `longhaul --help`. */
export const exitCodesHelp = `
Exit codes:
  0  done; what was waited for passed or was released
  1  the run ended otherwise, a diff found differences, or something unforeseen happened
  2  the command line is wrong
  3  a configuration, a secret or the set-up is wrong
  4  a server or a worker does not answer, or does not start
  5  there is no such release, run, commit, project or file
  6  refused: wrong state, other evidence, not permitted, a port that is taken`;
