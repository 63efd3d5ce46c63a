import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

const execute = promisify(execFile);

/** What git prints, without the closing line break; null when it fails. @throws CommandFailure without git itself */
export async function git(args: readonly string[], folder: string): Promise<string | null> {
  try {
    const { stdout } = await execute('git', [...args], {
      cwd: folder,
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    });
    return stdout.replace(/\n$/, '');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new CommandFailure(exitCodes.configuration, 'git is not installed, or this folder is gone.');
    }
    return null;
  }
}
