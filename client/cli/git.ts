import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

const execute = promisify(execFile);

/** What git prints, without the closing line break; null when it fails. @throws CommandFailure without git itself */
export async function git(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  try {
    return await runGit(args, folder, env);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new CommandFailure(
        exitCodes.configuration,
        'git is not installed, or this folder is gone. See what else lacks: longhaul doctor',
      );
    }
    return null;
  }
}

/** Like {@link git}, where a failure is one of the whole command. @throws CommandFailure with what git said */
export async function gitOrFail(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    return await runGit(args, folder, env);
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new CommandFailure(exitCodes.notPassed, `git ${args[0] ?? ''} failed in ${folder}: ${said}`);
  }
}

async function runGit(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout } = await execute('git', [...args], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...env },
  });
  return stdout.replace(/\n$/, '');
}
