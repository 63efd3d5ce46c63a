import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunStepInput } from '../../../activities/contracts.ts';
import { createStepSite, stepInput, type StepSite } from './step-site.ts';
import { processesWith, until } from './processes.ts';

/** Trains up to the epoch in `last`, going on from the newest checkpoint; an epoch appends its number to the model. */
const trainer = `
state=$(ls $LONGHAUL_CHECKPOINT_DIR | sort | tail -n 1)
if [ -n "$state" ]; then cp $LONGHAUL_CHECKPOINT_DIR/$state model; fi
touch model
while [ "$(wc -w < model)" -lt 4 ]; do
  epoch=$(( $(wc -w < model) + 1 ))
  if [ "$epoch" -gt "$(cat ../../../../last)" ]; then echo waiting; sleep 300; fi
  echo "$epoch" >> model
  cp model $LONGHAUL_CHECKPOINT_DIR/part && mv $LONGHAUL_CHECKPOINT_DIR/part $LONGHAUL_CHECKPOINT_DIR/epoch-$epoch
  echo "{\\"epoch\\": $epoch, \\"epochs\\": 4, \\"loss\\": 0.$epoch, \\"checkpoint\\": \\"epoch-$epoch\\"}" >> $LONGHAUL_PROGRESS
done
echo "started from: $state"
`;

let site: StepSite;
let input: RunStepInput;
const letTrainUpTo = (epoch: number): Promise<void> => writeFile(join(site.folder, 'last'), `${epoch}`);

beforeEach(() => {
  site = createStepSite();
  const commit = site.repository.commit({ 'train.sh': trainer });
  input = stepInput(commit, { name: 'train', run: ['bash -eu train.sh'], outputs: ['model'] });
});
afterEach(() => {
  site.remove();
});

/** Begins a training, and cancels it once the epoch is heartbeaten: all that a lost worker leaves is in the store. */
async function interruptAfter(epoch: number): Promise<void> {
  await letTrainUpTo(epoch);
  const { outcome, environment, heartbeats } = site.start(input);
  const ended = expect(outcome).rejects.toThrow();
  await until(`epoch ${epoch} is told`, () => heartbeats.at(-1)?.epoch === epoch);
  environment.cancel();
  await ended;
}

test('the next attempt goes on from the checkpoint that was told last', async () => {
  await interruptAfter(2);
  await letTrainUpTo(4);
  const outcome = await site.run(input, 2);
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome));
  expect(outcome.training).toEqual({
    epoch: 4,
    epochs: 4,
    resumedFrom: 2,
    attempt: 2,
    metrics: { loss: 0.4 },
  });
  expect(await site.store.getText(outcome.outputs[0]?.artifact.digest ?? '')).toBe('1\n2\n3\n4\n');
  expect(await site.store.getText(outcome.log?.digest ?? '')).toContain('started from: epoch-2');
});

test('kill -9 of the worker: nothing of it runs on, and another one goes on from the checkpoint', async () => {
  await letTrainUpTo(2);
  const program = fileURLToPath(new URL('training-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, [program, site.folder, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(worker.stdout)) if (line === 'epoch 2') break;
  expect(processesWith(site.home.worktrees)).not.toEqual([]);
  worker.kill('SIGKILL');

  await letTrainUpTo(4);
  const outcome = await site.run(input, 2);
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome));
  expect(outcome.training).toMatchObject({ epoch: 4, resumedFrom: 2, attempt: 2 });
  expect(await site.store.getText(outcome.outputs[0]?.artifact.digest ?? '')).toBe('1\n2\n3\n4\n');
  await until(
    'the killed worker’s processes are gone',
    () => processesWith(site.home.worktrees).length === 0,
  );
  expect(readdirSync(site.home.worktrees)).toEqual([]);
});

test('other commands do not go on from a checkpoint that is not theirs', async () => {
  await interruptAfter(1);
  await letTrainUpTo(4);
  input = { ...input, step: { ...input.step, run: ['bash -eu ./train.sh'] } };
  expect(await site.run(input, 2)).toMatchObject({ status: 'passed', training: { resumedFrom: 0 } });
});
