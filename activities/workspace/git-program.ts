import { LonghaulError } from '../../core/errors.ts';
import { runProgram, type ProgramResult } from './run-program.ts';
import { toolEnvironment } from './tool-environment.ts';

export interface GitOptions {
  /** What git reads. */
  readonly input?: string;
  /** An index of its own. */
  readonly index?: string;
}

/** Runs git, which never asks at a terminal and never maintains a mirror behind our back. */
export function git(args: readonly string[], more: GitOptions = {}): Promise<ProgramResult> {
  const quiet = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'advice.detachedHead=false'];
  const env = {
    ...toolEnvironment(['GIT_SSH', 'GIT_CONFIG', 'GIT_SSL']),
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...(more.index === undefined ? {} : { GIT_INDEX_FILE: more.index }),
  };
  const { input } = more;
  return runProgram('git', [...quiet, ...args], { env, ...(input === undefined ? {} : { input }) });
}

/** Like {@link git}, for what can only fail by a fault of the machine. Resolves to what git printed. */
export async function gitOrFail(args: readonly string[], more: GitOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await git(args, more);
  if (code === 0) return stdout;
  throw new Error(`git ${args.join(' ')} failed: ${lastLine(stderr)}`);
}

const passing =
  /could not resolve|connection (refused|reset|timed out)|timed out|unable to access|early eof|hung up/i;

/** An operator may have put a token into a URL; what is told of it goes into histories. */
export const withoutCredentials = (url: string): string => url.replace(/^(\w+:\/\/)[^/@]*@/, '$1');

/** Why a fetch failed: by the network, which passes, or because the repository is not there or not open to us. */
export function fetchFailure(given: string, stderr: string): LonghaulError {
  const url = withoutCredentials(given);
  const reason = lastLine(stderr).replaceAll(given, url);
  if (passing.test(stderr) && !/returned error: 40[134]/.test(stderr)) {
    return new LonghaulError('Unreachable', `The repository ${url} does not answer: ${reason}.`, {
      mend: 'It is tried again; check the network if it goes on.',
    });
  }
  return new LonghaulError('UnknownCommit', `The repository ${url} cannot be read: ${reason}.`, {
    mend: 'Check its `url` in the operator’s file, and that this worker may read it.',
  });
}

function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  const fatal = lines.find((line) => /^(fatal|error):/.test(line));
  return (fatal ?? lines.at(-1) ?? '').replace(/^(fatal|error):\s*/, '').replace(/\.$/, '');
}
