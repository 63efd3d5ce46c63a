import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../../../local/tools.ts';

export interface Typed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types one command of `longhaul` as people do: compiled, as a process of its own, from `home`. */
export function longhaul(
  args: readonly string[],
  { home, env = {} }: { readonly home: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Typed> {
  const program = join(repositoryRoot(), 'bin', 'longhaul.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...ownEnvironment(), ...env, LONGHAUL_HOME: home },
    });
    const told = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (told[stream] += text));
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? -1, ...told });
    });
  });
}

/** The tester's own operator's file and Temporal must not win over the test's. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('TEMPORAL_') && name !== 'LONGHAUL_SERVER',
    ),
  );

/** @throws Error when dist/, which all processes of the stack run from, is not of these sources */
export async function refuseStaleBuild(): Promise<void> {
  const compiler = pathToFileURL(join(repositoryRoot(), 'scripts', 'setup', 'compile.mjs')).href;
  const { isCompiled } = (await import(compiler)) as { readonly isCompiled: () => boolean };
  if (isCompiled() && existsSync(join(repositoryRoot(), 'dist', 'workflow-bundle.js'))) return;
  throw new Error('dist/ is not compiled from these sources; run: npm run build');
}
