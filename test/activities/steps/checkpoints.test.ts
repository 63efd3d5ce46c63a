import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
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
const interruptAfter = (epoch: number): Promise<void> => interruptWith(input, epoch);

async function interruptWith(given: RunStepInput, epoch: number): Promise<void> {
  await letTrainUpTo(epoch);
  const { outcome, environment, heartbeats } = site.start(given);
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
  expect(outcome.training).toMatchObject({
    epoch: 4,
    epochs: 4,
    resumedFrom: 2,
    attempt: 2,
    metrics: { loss: 0.4 },
  });
  const { attempts, seconds } = outcome.training?.ledger ?? { attempts: [], seconds: null };
  expect(attempts).toMatchObject([
    { number: 1, ended: 'cancelled', fromEpoch: 0, toEpoch: 2, checkpoint: 2 },
    { number: 2, ended: 'passed', fromEpoch: 2, toEpoch: 4, checkpoint: 4, secondsLost: 0 },
  ]);
  expect(seconds?.useful).toBeGreaterThan(0);
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

test('another run of the same content goes on from it, with a longer limit; a run that ignores caches does not', async () => {
  await interruptAfter(2);
  await letTrainUpTo(4);
  const another = {
    ...input,
    run: { ...input.run, id: 'release/model/abc-2' },
    step: { ...input.step, timeoutMs: 90_000 },
  };
  const afresh = { ...another, run: { ...another.run, id: 'release/model/abc-3', cache: 'ignore' as const } };
  expect(await site.run(afresh)).toMatchObject({ status: 'passed', training: { resumedFrom: 0 } });
  await interruptWith({ ...input, run: { ...input.run, id: 'release/model/abc-4' } }, 2);
  await letTrainUpTo(4);
  expect(await site.run(another)).toMatchObject({
    status: 'passed',
    training: { resumedFrom: 2 },
    notes: ['goes on from the checkpoint of epoch 2 of release/model/abc-4'],
  });
});

test('what has passed is trained afresh; what failed after it got further is gone on from', async () => {
  await interruptAfter(3);
  await letTrainUpTo(4);
  const other = (id: string): RunStepInput => ({ ...input, run: { ...input.run, id } });
  expect(await site.run(other('b'))).toMatchObject({ status: 'passed', training: { resumedFrom: 3 } });
  expect(await site.run(other('c'))).toMatchObject({ status: 'passed', training: { resumedFrom: 0 } });
  const failing = { ...input.step, outputs: ['missing'] };
  expect(await site.run({ ...other('d'), step: failing })).toMatchObject({ status: 'failed' });
  expect(await site.run(other('e'))).toMatchObject({ status: 'passed', training: { resumedFrom: 4 } });
});

/** As the trainer, but it cannot go on from what another process is said to have damaged. */
const withBad = (digits: string): string =>
  `if [ "$(cat $LONGHAUL_CHECKPOINT_DIR/* 2>/dev/null | tr -d '\\n')" = ${digits} ]; then exit 3; fi\n${trainer}`;

test('another run’s checkpoint from which two attempts failed is left out by all, for the one before it', async () => {
  input = { ...input, run: { ...input.run, commit: site.repository.commit({ 'train.sh': withBad('123') }) } };
  await interruptAfter(3);
  await letTrainUpTo(4);
  const other = (id: string): RunStepInput => ({ ...input, run: { ...input.run, id } });
  const failed = { status: 'failed', training: { resumedFrom: 3 } };
  expect(await site.run(other('b'))).toMatchObject(failed);
  expect(await site.run(other('c'))).toMatchObject(failed);
  expect(await site.run(other('d'))).toMatchObject({
    status: 'passed',
    training: { resumedFrom: 2, epoch: 4 },
    notes: [
      'leaves out what was kept of epoch 3: two attempts failed from there',
      `goes on from the checkpoint of epoch 2 of ${input.run.id}`,
    ],
  });
});

test('two attempts of a run itself that failed from its checkpoint are as good', async () => {
  input = { ...input, run: { ...input.run, commit: site.repository.commit({ 'train.sh': withBad('123') }) } };
  await interruptAfter(3);
  await letTrainUpTo(4);
  const begun: (number | undefined)[] = [];
  for (const attempt of [2, 3, 4]) {
    const outcome = await site.run({ ...input, attempt });
    begun.push('training' in outcome ? outcome.training.resumedFrom : undefined);
  }
  expect(begun).toEqual([3, 3, 2]);
});

test('a machine that lacks the GPUs is no reason to give up what was trained', async () => {
  await interruptAfter(2);
  await letTrainUpTo(4);
  const onMany = { ...input.step, gpu: { count: 1_000 } };
  expect(await site.run({ ...input, step: onMany }, 2)).toMatchObject({ status: 'failed' });
  const mended = { ...input, run: { ...input.run, id: 'release/model/abc-2' } };
  expect(await site.run(mended)).toMatchObject({ status: 'passed', training: { resumedFrom: 2 } });
});

test('a checkpoint that is damaged falls back to the one before it', async () => {
  await interruptAfter(3);
  const third = createHash('sha256').update('1\n2\n3\n').digest('hex');
  const stored = join(site.home.artifacts, 'sha256', third.slice(0, 2), third.slice(2));
  await writeFile(stored, 'not what it was');
  await letTrainUpTo(4);
  expect(await site.run(input, 2)).toMatchObject({
    status: 'passed',
    training: { resumedFrom: 2, epoch: 4 },
  });
});

test('two runs of the same content at once do not meet', async () => {
  await letTrainUpTo(3);
  const runs = ['a', 'b'].map((id) => ({ ...input, run: { ...input.run, id } }));
  const started = runs.map((run) => site.start(run));
  const ended = started.map(({ outcome }) => expect(outcome).rejects.toThrow());
  await until('both have epoch 3', () => started.every(({ heartbeats }) => heartbeats.at(-1)?.epoch === 3));
  for (const { environment } of started) environment.cancel();
  await Promise.all(ended);
  await letTrainUpTo(4);
  for (const run of runs) {
    const outcome = await site.run(run, 2);
    expect(outcome).toMatchObject({ status: 'passed', training: { resumedFrom: 3 } });
    if (outcome.status !== 'passed') continue;
    expect(await site.store.getText(outcome.outputs[0]?.artifact.digest ?? '')).toBe('1\n2\n3\n4\n');
  }
});

test('a training that version 0.1.0 began goes on from the checkpoint that it kept then', async () => {
  const { run, step } = input;
  const file = join(site.folder, 'epoch-3');
  await writeFile(file, '1\n2\n3\n');
  const basis = createHash('sha256')
    .update(JSON.stringify([run.commit, run.configDigest, run.overlay, step.run, step.env]))
    .digest('hex');
  const artifact = await site.store.putFile(file, 'epoch-3');
  const kept = JSON.stringify({ basis, epoch: 3, artifact });
  await site.store.writeDocument(`checkpoints/${run.id}/${step.name}`, kept);
  await letTrainUpTo(4);
  expect(await site.run(input, 2)).toMatchObject({
    status: 'passed',
    training: { resumedFrom: 3, epoch: 4 },
  });
});
