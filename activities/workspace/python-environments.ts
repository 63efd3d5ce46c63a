import { createHash, randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { Checkouts, PythonEnvironments, PythonRequest } from '../../core/ports/workspace.ts';
import { hashRequirements } from './requirement-files.ts';
import { runGuarded } from '../steps/run-guarded.ts';
import { toolEnvironment } from './tool-environment.ts';
import { withLock } from './with-lock.ts';

const stamp = '.longhaul-complete';

/**
 * Virtual environments in `folder`, made by uv and named by what is in them, so that all runs with the same lock files
 * share one. An environment counts once its stamp is written; one left half-made is made anew.
 */
export function createPythonEnvironments(options: {
  readonly folder: string;
  readonly uv: () => string;
  readonly checkouts: Checkouts;
}): PythonEnvironments {
  const { checkouts } = options;

  const keyOf = async ({ commit, requirements, python }: PythonRequest): Promise<string> => {
    const content = await hashRequirements((path) => checkouts.read(commit, path), requirements);
    return createHash('sha256')
      .update(`1 ${python ?? 'any'} ${platform()} ${arch()} ${content}`)
      .digest('hex');
  };

  return {
    async lock(request) {
      return { digest: `sha256:${await keyOf(request)}`, version: request.python ?? 'any', packages: 0 };
    },

    async ensure(request) {
      const { commit, requirements, python } = request;
      const environment = join(options.folder, (await keyOf(request)).slice(0, 24));
      if (await isComplete(environment)) return environment;
      await withLock(environment, async () => {
        if (await isComplete(environment)) return;
        const folder = `${environment}.sources`;
        try {
          await checkouts.remove(commit.project, folder);
          await checkouts.checkout(commit, folder);
          await build({ uv: options.uv(), environment, folder, requirements, python });
        } finally {
          await checkouts.remove(commit.project, folder);
        }
        await writeFile(join(environment, stamp), `${requirements.join(' ')}\n`);
      });
      return environment;
    },

    install: () => Promise.reject(new Error('not yet')),
  };
}

async function isComplete(environment: string): Promise<boolean> {
  return stat(join(environment, stamp)).then(
    () => true,
    () => false,
  );
}

async function build(plan: {
  readonly uv: string;
  readonly environment: string;
  readonly folder: string;
  readonly requirements: readonly string[];
  readonly python: string | undefined;
}): Promise<void> {
  const { uv, environment, folder, requirements, python } = plan;
  await rm(environment, { recursive: true, force: true });
  await runUv(uv, ['venv', '--quiet', ...(python === undefined ? [] : ['--python', python]), environment]);
  if (requirements.length === 0) return;
  const files = requirements.flatMap((file) => ['--requirement', join(folder, file)]);
  await runUv(uv, ['pip', 'install', '--quiet', '--python', join(environment, 'bin', 'python'), ...files]);
}

/** Outside of the repository, whose own settings of uv are in no hash; guarded, so that no orphan builds on. */
async function runUv(uv: string, args: readonly string[]): Promise<void> {
  let output = '';
  const end = await runGuarded({
    program: [uv, ...args],
    folder: tmpdir(),
    env: { ...toolEnvironment(['UV_', 'NETRC']), NO_COLOR: '1' },
    marker: randomUUID(),
    onOutput: (text) => {
      output += text;
    },
  });
  if (end.kind === 'notStarted') throw uvFailure(`the program uv does not start: ${end.reason}`);
  if (end.kind !== 'exited') throw new Error(`uv was ended from outside. ${output}`);
  if (end.code !== 0) throw uvFailure(output);
}

const passing =
  /error sending request|failed to fetch|connection (refused|reset)|dns error|timed out|request failed after|50[0234] /i;

function uvFailure(output: string): LonghaulError {
  const reason = output
    .split('\n')
    .map((line) => line.replace(/^[\s×╰─▶├│]+|^error:\s*/g, '').trim())
    .filter((line) => line !== '')
    .join(' ')
    .slice(0, 1500);
  if (passing.test(output)) {
    return new LonghaulError('Unreachable', `uv could not reach a package index: ${reason}`, {
      mend: 'It is tried again; check the network or the index’s settings if it goes on.',
    });
  }
  return new LonghaulError('BrokenEnvironment', `uv cannot make the Python environment: ${reason}`, {
    mend: 'Correct the requirements files of longhaul.yaml.',
  });
}
