import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../local/tools.ts';
import { chance } from './chance.ts';
import { figureOf } from './figure.ts';
import type { BenchOptions, Figure } from './figure.ts';

/**
 * From the verdict on a bad candidate until all users are served by the stable arm, beside `kubectl rollout undo` of the
 * same Deployment, on the cluster of `npm run cluster:up`. A canary's way back is a weight;
 * the peer's is new pods: that is the difference that is measured.
 */
export async function benchUndo(
  options: BenchOptions,
  tell: (line: string) => void,
  interrupted: AbortSignal,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-bench-'));
  try {
    const file = join(folder, 'seconds.json');
    const rounds = Array.from({ length: options.runs }, (_, round) =>
      chance(options.seed, round + 1) ? 'longhaul' : 'kubectl',
    );
    tell('releases that are undone on a cluster, and plain rollouts that are');
    await measure({ LONGHAUL_UNDO_ROUNDS: JSON.stringify(rounds), LONGHAUL_UNDO_SECONDS: file }, interrupted);
    const { longhaul, kubectl } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly longhaul: readonly number[];
      readonly kubectl: readonly number[];
    };
    const what = {
      figure: 'undo of a bad version',
      subject: 'Longhaul, from the failing look to the candidate’s last answer',
      peer: 'kubectl rollout undo, from its start to the bad version’s last answer',
      unit: 's',
    } as const;
    return [figureOf(what, options, longhaul, kubectl)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error when it fails; what went wrong is on the terminal then */
async function measure(variables: Readonly<Record<string, string>>, interrupted: AbortSignal): Promise<void> {
  const root = repositoryRoot();
  const child = spawn(
    process.execPath,
    [
      ...[join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'],
      ...['--config', join(root, 'vitest.cluster.config.ts'), 'test/cluster/undo-times.test.ts'],
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...variables } },
  );
  const end = (): void => {
    child.kill('SIGTERM');
  };
  interrupted.addEventListener('abort', end);
  const [code] = (await once(child, 'close')) as [number | null];
  interrupted.removeEventListener('abort', end);
  interrupted.throwIfAborted();
  if (code !== 0) throw new Error('The times of undoing could not be measured: look above for why.');
}
