import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StepSpec } from '../../../core/step.ts';
import { createStepSite, project, stepInput, type StepSite } from '../steps/step-site.ts';

let site: StepSite;
let commit: string;
beforeEach(() => {
  site = createStepSite();
  commit = site.repository.commit({ 'README.md': 'A model.' });
});
afterEach(() => {
  vi.restoreAllMocks();
  site.remove();
});

/** Runs the step as the first attempt of a run; the documents that it asked the store for, or wrote. */
async function documentsOf(run: string, step: Partial<StepSpec>): Promise<readonly string[]> {
  const asked: string[] = [];
  for (const method of ['readDocument', 'writeDocument', 'listDocuments'] as const) {
    const original = site.store[method].bind(site.store) as (key: string, json: string) => Promise<never>;
    vi.spyOn(site.store, method).mockImplementation((key: string, json = '') => {
      asked.push(`${method} ${key.replace(/[0-9a-f]{24,}/g, '…')}`);
      return original(key, json);
    });
  }
  const input = stepInput(commit, step);
  const outcome = await site.run({ ...input, run: { ...input.run, id: run, runId: run } });
  expect(outcome.status).toBe('passed');
  vi.restoreAllMocks();
  return asked;
}

test('a step that never left a checkpoint asks the store once whether it did, and no more', async () => {
  const asks = [`readDocument leaves-checkpoints/${project}/step`];
  expect(await documentsOf('a', {})).toEqual(asks);
  expect(await documentsOf('b', {})).toEqual(asks);
});

test('a step that left one looks for them from then on', async () => {
  const epoch = '{"epoch": 1, "epochs": 1, "checkpoint": "epoch-1"}';
  const run = [`touch $LONGHAUL_CHECKPOINT_DIR/epoch-1; echo '${epoch}' >> $LONGHAUL_PROGRESS`];
  const keys = (await documentsOf('a', { run })).filter((each) => !each.includes(' ledgers/'));
  expect(keys).toEqual([
    `readDocument leaves-checkpoints/${project}/step`,
    `writeDocument leaves-checkpoints/${project}/step`,
    `readDocument checkpoints/${project}/…/runs/…`,
    `writeDocument checkpoints/${project}/…/runs/…`,
    `writeDocument checkpoints/${project}/…/passed`,
  ]);
  expect(await documentsOf('b', { run })).toContain(`listDocuments checkpoints/${project}/…/`);
});
