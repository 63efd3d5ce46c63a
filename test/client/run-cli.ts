import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const main = fileURLToPath(new URL('../../client/cli/main.ts', import.meta.url));

/** Types one command of `longhaul`, as a process of its own, in `folder` with the home `home`. */
export function runCli(
  args: readonly string[],
  {
    home,
    folder = home,
    env = {},
  }: { readonly home: string; readonly folder?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { cwd: folder, env: { ...withoutTemporal(), ...env, LONGHAUL_HOME: home } },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}

/** The tester's own settings of Temporal would win over the operator's file. */
const withoutTemporal = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('TEMPORAL_') && !name.startsWith('LONGHAUL_'),
    ),
  );
