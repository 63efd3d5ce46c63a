/**
 * A training is cut short ten times at random points: its worker killed or stopped, its process killed, the disk of
 * its host full. It has to end with the model of an undisturbed one, and a ledger that adds up.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FailureKind, StepOutcome } from '../../core/step.ts';
import { findProcesses } from '../../local/process-tree.ts';
import { randomNumbers } from '../core/random-numbers.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { openTrainingStage, type TrainingStage } from './support/training-stage.ts';

/** A disk that can be filled has to be mounted. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

/** As the trainer has it. */
const epochs = 80;
const trainer = readFileSync(join(import.meta.dirname, 'support', 'train.py'), 'utf8');

let stage: TrainingStage;
beforeAll(async () => {
  if (canMount) stage = await openTrainingStage('48m');
});
afterAll(async () => {
  if (canMount) await stage.close();
});

interface Trained {
  readonly outcome: Extract<StepOutcome, { status: 'passed' }>;
  readonly model: Buffer;
}

/** Trains with a pause after each epoch, while `disturb` does what it does. */
async function train(paceSeconds: number, disturb?: () => Promise<void>): Promise<Trained> {
  writeFileSync(join(stage.folder, 'effects'), '');
  const outcome = await stage.train({
    files: { 'train.py': trainer },
    step: {
      run: 'python3 train.py',
      env: { EFFECTS: join(stage.folder, 'effects'), PACE: String(paceSeconds) },
      outputs: ['model.bin'],
      retries: { preemption: 20, infrastructure: 10 },
    },
    ...(disturb === undefined ? {} : { disturb }),
  });
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome, null, 2));
  const file = join(stage.folder, 'model.bin');
  await stage.store.getFile(outcome.outputs[0]?.artifact.digest ?? '', file);
  return { outcome, model: readFileSync(file) };
}

type Disturbance = 'worker killed' | 'worker stopped' | 'process killed' | 'disk full';
const kindOf: Readonly<Record<Disturbance, FailureKind>> = {
  'worker killed': 'preemption',
  'worker stopped': 'preemption',
  'process killed': 'preemption',
  'disk full': 'infrastructure',
};

/** Two full disks break the preemptions into rows, since the wait grows with each in a row. */
function drawDisturbances(random: () => number): readonly Disturbance[] {
  const preemptions: readonly Disturbance[] = [
    ...(['worker killed', 'worker killed', 'worker killed', 'worker stopped', 'worker stopped'] as const),
    ...(['process killed', 'process killed', 'process killed'] as const),
  ];
  const shuffled = preemptions
    .map((disturbance) => ({ disturbance, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ disturbance }) => disturbance);
  return [...shuffled.slice(0, 3), 'disk full', ...shuffled.slice(3, 6), 'disk full', ...shuffled.slice(6)];
}

interface Effect {
  readonly attempt: number;
  readonly epoch: number;
}

/** Epochs that were trained, in their order, as the trainer itself noted outside of the disk. */
const effects = (): readonly Effect[] =>
  readFileSync(join(stage.folder, 'effects'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Effect);

async function disturb(how: Disturbance): Promise<void> {
  switch (how) {
    case 'worker killed':
      await stage.worker.end('SIGKILL');
      return stage.worker.start();
    case 'worker stopped':
      await stage.worker.end('SIGTERM');
      return stage.worker.start();
    case 'process killed':
      return killTrainer();
    case 'disk full':
      return fillDisk();
  }
}

/** The process of the command itself, from outside. */
async function killTrainer(): Promise<void> {
  const { worktrees } = stage.home;
  const pid = await eventually('the trainer runs', () =>
    readdirSync(worktrees)
      .flatMap((name) => findProcesses({ group: null, marker: join(worktrees, name) }))
      .find((each) => commandOf(each).includes('train.py')),
  );
  process.kill(pid, 'SIGKILL');
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** Nothing more can be written until the attempt has ended by it. */
async function fillDisk(): Promise<void> {
  const filler = join(stage.disk, 'filler');
  const { worktrees } = stage.home;
  const attempts = readdirSync(worktrees);
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M'], { stdio: 'ignore' });
  } catch {
    // It ends as it is meant to: no space left on the device.
  }
  await eventually('the attempt has ended', () =>
    attempts.every((name) => !existsSync(join(worktrees, name))) ? true : null,
  );
  rmSync(filler);
}

test.skipIf(!canMount)(
  'ten times cut short, it ends with the model of an undisturbed training, and its ledger adds up',
  async () => {
    const seed = Number(process.env['LONGHAUL_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`LONGHAUL_TEST_SEED=${seed}`);
    const random = randomNumbers(seed);
    const disturbances = drawDisturbances(random);

    const undisturbed = await train(0);
    const began = Date.now();
    const disturbed = await train(0.15, async () => {
      for (const [index, how] of disturbances.entries()) {
        const epoch = index * 5 + Math.floor(random() * 5);
        const attempt = index + 1;
        await eventually(
          `attempt ${attempt} is at epoch ${epoch}`,
          () => (effects().some((each) => each.attempt === attempt && each.epoch >= epoch) ? true : null),
          20,
        );
        await pause(random() * 150);
        await disturb(how);
      }
    });
    const took = (Date.now() - began) / 1000;

    expect(disturbed.model.equals(undisturbed.model)).toBe(true);
    const { training } = disturbed.outcome;
    expect(training).toMatchObject({ epoch: epochs, epochs, attempt: 11 });
    const ledger = training?.ledger;
    if (ledger === undefined) throw new Error('The training has no ledger.');
    expect(ledger.attempts.map(({ ended }) => ended)).toEqual([
      ...disturbances.map((how) => kindOf[how]),
      'passed',
    ]);

    // Useful, lost and waiting are all the time from the first start to the last end, as a watch beside it has it.
    const { useful, lost, waiting } = ledger.seconds;
    const whole =
      Date.parse(ledger.attempts.at(-1)?.endedAt ?? '') - Date.parse(ledger.attempts[0]?.startedAt ?? '');
    expect(Math.round((useful + lost + waiting) * 1000)).toBe(whole);
    expect(whole / 1000).toBeLessThanOrEqual(took);
    expect(useful).toBeGreaterThanOrEqual(epochs * 0.15);

    // Each attempt went on where a checkpoint was, and trained what the ledger says.
    for (const [index, { number, fromEpoch }] of ledger.attempts.entries()) {
      const trained = effects().filter(({ attempt }) => attempt === number);
      expect(trained[0]?.epoch).toBe(fromEpoch + 1);
      const before = ledger.attempts[index - 1];
      if (before !== undefined) expect(fromEpoch).toBeGreaterThanOrEqual(before.checkpoint);
    }
    console.log(JSON.stringify({ took, ...ledger.seconds, epochsTrained: effects().length }));
  },
  400_000,
);
