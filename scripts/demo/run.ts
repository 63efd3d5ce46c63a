import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end; resolves to what it printed. @throws Error with the program's own last lines */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  try {
    const { stdout } = await execute(program, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  } catch (error) {
    const { stderr, stdout } = error as { readonly stderr?: string; readonly stdout?: string };
    const said = [stdout, stderr].filter(Boolean).join('\n').trim().split('\n').slice(-5).join('\n');
    throw new Error(`${program} ${args.join(' ')} failed:\n${said}`, { cause: error });
  }
}
