import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endLostAttempts } from '../../../activities/steps/index.ts';
import { createCheckouts } from '../../../activities/workspace/checkouts.ts';
import { createMirrors } from '../../../activities/workspace/mirrors.ts';
import type { LonghaulError } from '../../../core/errors.ts';
import { processesWith } from './processes.ts';
import { createStepSite, stepInput, type StepSite } from './step-site.ts';

let site: StepSite;
beforeEach(() => {
  site = createStepSite();
});
afterEach(() => {
  site.remove();
});

/** A worker in a process of its own that runs a step until it is killed. */
async function startWorker(step: string) {
  const commit = site.repository.commit({ [`${step}.sh`]: 'setsid sleep 300 & sleep 300' });
  const progress = `echo '{"epoch": 1}' >> $LONGHAUL_PROGRESS`;
  const input = stepInput(commit, { name: step, run: [`${progress}; bash ${step}.sh`] });
  const program = fileURLToPath(new URL('training-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, [program, site.folder, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(worker.stdout)) if (line === 'epoch 1') break;
  return worker;
}

test('of a worker that was killed nothing is left, and it is told; another worker keeps its own', async () => {
  const killed = await startWorker('train');
  const [folder = ''] = readdirSync(site.home.worktrees);
  const alive = await startWorker('other');
  killed.kill('SIGKILL');
  await once(killed, 'exit');

  const told: (readonly [Uint8Array, LonghaulError])[] = [];
  const mirrors = createMirrors({ folder: site.home.mirrors, projects: () => ({}), store: site.store });
  const endLost = () =>
    endLostAttempts({
      worktrees: site.home.worktrees,
      checkouts: createCheckouts(mirrors),
      fail: (token, error) => Promise.resolve(void told.push([token, error])),
    });
  await endLost();
  await endLost();

  const lost = join(site.home.worktrees, folder);
  expect(processesWith(lost)).toEqual([]);
  expect(existsSync(lost)).toBe(false);
  expect(told.map(([token, error]) => [Buffer.from(token).toString(), error.type, error.message])).toEqual([
    ['test', 'WorkerLost', expect.stringContaining(`process ${killed.pid} on`) as string],
  ]);
  expect(readdirSync(site.home.worktrees)).toHaveLength(1);
  expect(processesWith(site.home.worktrees)).not.toEqual([]);
  alive.kill('SIGKILL');
  await once(alive, 'exit');
  await endLost();
  expect(told).toHaveLength(2);
  expect(processesWith(site.home.worktrees)).toEqual([]);
});
