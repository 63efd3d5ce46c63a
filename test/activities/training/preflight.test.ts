import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AttemptFolders } from '../../../activities/steps/attempt-folders.ts';
import type { StepLog } from '../../../activities/steps/step-log.ts';
import { claimGpus } from '../../../activities/training/preflight.ts';
import type { StepOutcome, StepSpec } from '../../../core/step.ts';
import { markerVariable } from '../../../local/process-tree.ts';
import { createStepSite, stepInput, type StepSite } from '../steps/step-site.ts';

const path = process.env['PATH'] ?? '';
let site: StepSite;
let commit: string;
beforeEach(() => {
  site = createStepSite();
  commit = site.repository.commit({ 'README.md': 'a model' });
});
afterEach(() => {
  process.env['PATH'] = path;
  site.remove();
});

/** Puts a program before all others that answers as nvidia-smi does on a machine with these devices. */
function withDevices(answer: string, processes = ''): void {
  const programs = join(site.folder, 'programs');
  mkdirSync(programs);
  const file = join(programs, 'nvidia-smi');
  writeFileSync(
    file,
    `#!/bin/sh\ncase "$1" in\n--query-gpu=*) cat <<'END'\n${answer}\nEND\n;;\n*) cat <<'END'\n${processes}\nEND\nesac\n`,
  );
  chmodSync(file, 0o755);
  process.env['PATH'] = `${programs}:${path}`;
}

const twoDevices = [
  '0, NVIDIA H200, GPU-aaaa, 143771, 1024, 570.86.15',
  '1, NVIDIA H200, GPU-bbbb, 143771, 143000, 570.86.15',
].join('\n');

const run = (step: Partial<StepSpec>): Promise<StepOutcome> => {
  const show = 'echo "devices=$CUDA_VISIBLE_DEVICES alloc=$PYTORCH_CUDA_ALLOC_CONF"';
  return site.run(stepInput(commit, { name: 'train', queue: 'gpu', run: [show], ...step }));
};
const logOf = (outcome: StepOutcome): Promise<string> => {
  if (!('log' in outcome)) throw new Error(JSON.stringify(outcome));
  return site.store.getText(outcome.log.digest);
};

/** Of the machine as it is: continuous integration has no GPU. */
test.skipIf(path.split(':').some((folder) => existsSync(join(folder, 'nvidia-smi'))))(
  'where there is no GPU, a step that requires one ends at once and says how to mend it',
  async () => {
    const outcome = await run({ gpu: { count: 1 } });
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: `a GPU is required and there is none on ${hostname()} (nvidia-smi is not installed)`,
      failure: { id: 'gpu-missing', kind: 'code', mend: expect.stringContaining('queue `gpu`') as string },
    });
    expect(await logOf(outcome)).not.toContain('$ echo');
  },
);

test('a step gets the devices that fit, the log and the ledger tell them', async () => {
  withDevices(twoDevices);
  const outcome = await run({ gpu: { count: 1, memoryBytes: 80 * 1024 ** 3, driver: '535' } });
  const log = await logOf(outcome);
  expect(log).toContain('# GPU 0 NVIDIA H200 (GPU-aaaa): 1 GiB of 140 GiB free, driver 570.86.15');
  expect(log).toContain('# has GPU 1');
  expect(log).toContain('devices=GPU-bbbb alloc=max_split_size_mb:512');
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome));
  const ledger = outcome.training?.ledger;
  expect(ledger?.attempts).toMatchObject([{ number: 1, ended: 'passed', gpus: 1, host: hostname() }]);
  expect(ledger?.gpuSeconds).toBe((ledger?.seconds.useful ?? 0) * 1);
});

test('what the file sets wins, and two steps at once do not get the same device', async () => {
  withDevices(twoDevices);
  const own = await run({ gpu: { count: 1 }, env: { PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True' } });
  expect(await logOf(own)).toContain('alloc=expandable_segments:True');
  const both = await Promise.all(
    ['first', 'second'].map((name) =>
      run({ name, gpu: { count: 1 }, run: ['sleep 1; echo "devices=$CUDA_VISIBLE_DEVICES"'] }),
    ),
  );
  const devices = await Promise.all(
    both.map(async (outcome) => /^devices=(.*)$/m.exec(await logOf(outcome))?.[1]),
  );
  expect(new Set(devices)).toEqual(new Set(['GPU-aaaa', 'GPU-bbbb']));
});

test('memory that a process of the attempt still holds afterwards is told', async () => {
  const marker = join(site.folder, 'attempt');
  const left = spawn('sleep', ['300'], { env: { ...process.env, [markerVariable]: marker } });
  withDevices(twoDevices, `${left.pid}, 2048, GPU-bbbb\n1, 512, GPU-bbbb`);
  try {
    const { step } = stepInput(commit, { gpu: { count: 1 } });
    const log = { say: () => Promise.resolve() } as unknown as StepLog;
    const folders = { root: marker } as AttemptFolders;
    const claim = await claimGpus({ input: stepInput(commit, step), log, folders });
    if (claim.kind === 'lacking') throw new Error(claim.diagnosis.cause);
    expect(await claim.afterwards()).toEqual([
      `process ${left.pid} of this step could not be ended and holds 2048 MiB of GPU-bbbb`,
    ]);
    claim.release();
  } finally {
    left.kill('SIGKILL');
  }
});

test('a rung of the memory ladder sets what the file and the overlay set, and each attempt is told with it', async () => {
  const input = stepInput(commit, {
    name: 'train',
    run: [
      'echo "batch=$BATCH $LONGHAUL_CONFIG_PRECISION attempt=$LONGHAUL_ATTEMPT rung=$LONGHAUL_MEMORY_RUNG"',
    ],
    env: { BATCH: '64' },
    onOutOfMemory: [
      { name: 'half the batch', env: { BATCH: '32' } },
      { name: 'mixed precision', env: { LONGHAUL_CONFIG_PRECISION: '16' } },
    ],
  });
  const attempt = {
    ...input,
    run: { ...input.run, overlay: { LONGHAUL_CONFIG_PRECISION: '32' } },
    attempt: 3,
  };
  const outcome = await site.run({ ...attempt, rungs: 2 });
  const log = await logOf(outcome);
  expect(log).toContain('# with half the batch, mixed precision: BATCH=32 LONGHAUL_CONFIG_PRECISION=16');
  expect(log).toContain('batch=32 16 attempt=3 rung=2');
  expect(outcome).toMatchObject({
    training: {
      attempt: 3,
      ledger: {
        attempts: [{ rungs: ['half the batch', 'mixed precision'], settings: { BATCH: '32' } }],
      },
    },
  });
});
