import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a program in a process group of its own and resolves to the seconds that it took; an interruption ends all of
 * the group. @throws Error with its last lines when it does not end with 0
 */
export async function secondsOf(
  program: readonly [string, ...(readonly string[])],
  at: {
    readonly folder: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly interrupted: AbortSignal;
  },
): Promise<number> {
  at.interrupted.throwIfAborted();
  const [command, ...args] = program;
  const began = performance.now();
  const child = spawn(command, args, {
    cwd: at.folder,
    env: at.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4_000)));
  }
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  at.interrupted.addEventListener('abort', end);
  const [code] = (await once(child, 'close').finally(() => {
    at.interrupted.removeEventListener('abort', end);
  })) as [number | null];
  at.interrupted.throwIfAborted();
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}:\n${output}`);
  return (performance.now() - began) / 1000;
}
