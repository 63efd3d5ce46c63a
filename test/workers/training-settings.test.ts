/** What an attempt of a real training changes for the next one: less memory, or more time. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrainingStage, type TrainingStage } from './support/training-stage.ts';

let stage: TrainingStage;
beforeAll(async () => {
  stage = await openTrainingStage();
});
afterAll(() => stage.close());

/** Gets as much memory as its batch needs, within a limit that the kernel holds it to. */
const hungry = `
import os, resource, longhaul
resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20, 400 * 2**20))
with longhaul.diagnostics():
    rows = bytearray(int(os.environ["BATCH"]) * 2**20)
longhaul.progress(epoch=1, epochs=1, batch=int(os.environ["BATCH"]))
`;

test('out of memory, it is tried with the next rung of the ladder until it fits, each attempt told', async () => {
  const outcome = await stage.train({
    files: { 'train.py': hungry },
    step: {
      run: 'python3 train.py',
      env: { BATCH: '1024' },
      onOutOfMemory: [
        { name: 'half the batch', env: { BATCH: '512', ACCUMULATE: '2' } },
        { name: 'a quarter of the batch', env: { BATCH: '256', ACCUMULATE: '4' } },
      ],
    },
  });
  expect(outcome).toMatchObject({
    status: 'passed',
    training: {
      metrics: { batch: 256 },
      ledger: {
        attempts: [
          { ended: 'outOfMemory', rungs: [], settings: {} },
          { ended: 'outOfMemory', rungs: ['half the batch'], settings: { BATCH: '512', ACCUMULATE: '2' } },
          {
            ended: 'passed',
            rungs: ['half the batch', 'a quarter of the batch'],
            settings: { BATCH: '256' },
          },
        ],
      },
    },
  });
});

test('without a rung that fits, it fails with what was tried and what it left for people', async () => {
  const outcome = await stage.train({
    files: { 'train.py': hungry, 'README.md': 'too large' },
    step: {
      run: 'python3 train.py',
      env: { BATCH: '1024' },
      onOutOfMemory: [{ name: 'less', env: { BATCH: '900' } }],
    },
  });
  expect(outcome).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('the memory ladder has no further rung') as string,
    failure: { kind: 'outOfMemory' },
    documents: [{ name: 'training_diagnostics.json' }],
    notes: ['training_diagnostics.json: MemoryError'],
  });
});

/** An epoch takes 0.4 seconds. */
const slow = `
import time, longhaul
state = longhaul.latest_checkpoint()
for epoch in range(int(state.read_text()) + 1 if state else 1, 11):
    time.sleep(0.4)
    file = longhaul.checkpoint_folder() / f"epoch-{epoch:02}"
    file.write_text(str(epoch))
    longhaul.progress(epoch=epoch, epochs=10, checkpoint=file)
`;

test('out of time, it says where it was and what all of it takes, and goes on from the checkpoint', async () => {
  const step = { run: 'python3 train.py', timeout: '2s' };
  const once = await stage.train({ files: { 'train.py': slow }, step });
  expect(once).toMatchObject({
    status: 'timedOut',
    reason: expect.stringMatching(
      /^took longer than 2 s, at epoch [1-4] of 10: an epoch takes \d+ ms, all of them [\d.]+ s; to go on from the checkpoint of epoch [1-4]: longhaul ci retry, or `onTimeout: \{extend: 1m\}` in longhaul\.yaml$/,
    ) as string,
    failure: { id: 'training-timed-out', kind: 'timeout' },
  });
  const extended = await stage.train({
    files: { 'train.py': `${slow}# another one\n` },
    step: { ...step, onTimeout: { extend: '2500ms', times: 3 } },
  });
  expect(extended).toMatchObject({ status: 'passed', training: { epoch: 10 } });
  const attempts = (extended.status === 'passed' && extended.training?.ledger?.attempts) || [];
  expect(attempts.length).toBeGreaterThanOrEqual(2);
  for (const [index, attempt] of attempts.entries()) {
    expect(attempt.ended).toBe(index === attempts.length - 1 ? 'passed' : 'timeout');
    expect(attempt.fromEpoch).toBe(attempts[index - 1]?.checkpoint ?? 0);
  }
});
