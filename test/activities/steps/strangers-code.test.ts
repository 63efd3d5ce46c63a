import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepOutcome, StepSpec } from '../../../core/step.ts';
import { createStepSite, project, stepInput } from './step-site.ts';
import type { StepSite } from './step-site.ts';

type Ran = Exclude<StepOutcome, { readonly status: 'cancelled' | 'skipped' }>;

let site: StepSite;
let journal: string;
beforeAll(() => {
  process.env['LONGHAUL_TEST_TOKEN'] = 'a-token-of-the-operator';
  site = createStepSite();
  journal = join(site.folder, 'journal');
  writeFileSync(journal, '');
});
afterAll(() => {
  site.remove();
});

let runs = 0;
async function runStep(
  commit: string,
  step: Partial<StepSpec>,
  untrusted: boolean,
  again = false,
): Promise<Ran> {
  const id = `ci/${project}/${commit}${untrusted ? '-untrusted' : ''}`;
  const outcome = await site.run(
    stepInput(commit, step, {
      run: {
        ...{ id, project, commit, configDigest: 'sha256:00', overlay: {}, runId: `run-${(runs += 1)}` },
        cache: again ? 'retry' : 'use',
        ...(untrusted ? { untrusted: true } : {}),
      },
    }),
  );
  if (outcome.status === 'cancelled' || outcome.status === 'skipped') throw new Error(outcome.reason);
  return outcome;
}
const ran = (): number => readFileSync(journal, 'utf8').length;
const noted = (): string => `printf . >> ${journal}`;

test('gets no secret, and its step is told so', async () => {
  const commit = site.repository.commit({ a: '1' });
  const step = { run: ['echo "token: ${TOKEN:-none}"'], secrets: ['TOKEN', 'UNKNOWN'] };
  const outcome = await runStep(commit, step, true);
  expect(outcome.notes).toEqual(['withheld, since this is the code of a stranger: TOKEN, UNKNOWN']);
  const log = await site.store.getText(outcome.log?.digest ?? '');
  expect(log).toContain('token: none');
  expect(log).toContain('withheld');
});

test('takes over nothing that others left, leaves nothing to them, and takes over its own', async () => {
  const commit = site.repository.commit({ a: '2' });
  const step = { name: 'cached', run: [noted()] };
  await runStep(commit, step, false);
  expect(ran()).toBe(1);
  expect((await runStep(commit, step, true)).because).toEqual([
    'the code of a stranger takes over nothing that others left',
  ]);
  expect(ran()).toBe(2);
  const retried = await runStep(commit, step, true, true);
  expect(retried.takenFrom?.run).toContain('-untrusted');
  expect(ran()).toBe(2);

  const other = site.repository.commit({ a: '3' });
  await runStep(other, { ...step, name: 'poisoned' }, true);
  expect((await runStep(other, { ...step, name: 'poisoned' }, false)).takenFrom).toBeUndefined();
  expect(ran()).toBe(4);
});

test('goes on from no checkpoint of others, and leaves them none', async () => {
  const commit = site.repository.commit({ a: '4' });
  const train = (name: string) => ({
    name,
    run: [
      'ls "$LONGHAUL_CHECKPOINT_DIR" > "$LONGHAUL_OUTPUT_DIR/found"',
      'echo weights > "$LONGHAUL_CHECKPOINT_DIR/epoch-1.pt"',
      `echo '{"epoch": 1, "epochs": 2, "checkpoint": "epoch-1.pt"}' >> "$LONGHAUL_PROGRESS"`,
      'sleep 0.5; false',
    ],
    queue: 'gpu' as const,
    outputs: [],
  });
  const resumed = async (name: string, untrusted: boolean): Promise<number> =>
    (await runStep(commit, train(name), untrusted)).training?.resumedFrom ?? -1;
  expect(await resumed('one', false)).toBe(0);
  expect(await resumed('one', true)).toBe(0);
  expect(await resumed('one', true)).toBe(1);
  expect(await resumed('two', true)).toBe(0);
  expect(await resumed('two', false)).toBe(0);
});

test('has a repository of its own: no way into the mirror or the caches that all runs share', async () => {
  const commit = site.repository.commit({ a: '5', 'deep/b': '6' });
  const outcome = await runStep(
    commit,
    { run: ['cat a deep/b', 'git rev-parse --absolute-git-dir', 'env'], name: 'looks-around' },
    true,
  );
  const log = await site.store.getText(outcome.log?.digest ?? '');
  expect(outcome.status).toBe('passed');
  expect(log).toMatch(/\/code\/\.git\n/);
  expect(log).not.toContain(site.home.mirrors);
  expect(log).not.toContain(site.home.caches);
});
