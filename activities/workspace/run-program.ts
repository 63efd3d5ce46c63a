import { spawn } from 'node:child_process';
import { LonghaulError } from '../../core/errors.ts';

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a short program of the machine to its end, without a shell.
 * @throws LonghaulError BrokenEnvironment when the program is not installed
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env: NodeJS.ProcessEnv;
    readonly signal?: AbortSignal;
    /** What the program reads; nothing when absent. */
    readonly input?: string;
  },
): Promise<ProgramResult> {
  const { input = '', ...where } = options;
  const child = spawn(program, args, { ...where, stdio: 'pipe' });
  child.stdin.on('error', () => undefined).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>();
  child.on('error', (error) => {
    reject('code' in error && error.code === 'ENOENT' ? notInstalled(program, error) : error);
  });
  child.on('close', (code, signal) => {
    resolve({ code: code ?? -1, stdout, stderr: signal === null ? stderr : `${stderr}ended by ${signal}` });
  });
  return promise;
}

function notInstalled(program: string, cause: Error): LonghaulError {
  return new LonghaulError('BrokenEnvironment', `The program ${program} is not installed on this worker.`, {
    mend: 'Install it, or run `npm run setup`.',
    cause,
  });
}
