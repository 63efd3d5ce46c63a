import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTools } from '../../local/tools.ts';
import { openRealStage } from './harness.ts';
import type { Stage } from './harness.ts';
import { quickPlan } from './plan.ts';
import { World } from './world.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openRealStage();
});
afterAll(() => stage.close());

const temporal = (...args: readonly string[]): Promise<unknown> =>
  promisify(execFile)(findTools().temporal, [
    ...args,
    '--address',
    stage.env.address,
    '--namespace',
    'default',
  ]);

it('Temporal’s own CLI approves, pauses, resumes and aborts a release', async () => {
  const world = new World();
  world.plan = quickPlan();
  world.traffic = { requestsPerSecond: 500, candidateErrors: 0, championErrors: 0 };
  const signal = (id: string, name: string): Promise<unknown> =>
    temporal(
      'workflow',
      'signal',
      '--workflow-id',
      id,
      '--name',
      name,
      '--input',
      '{"by": "ann", "comment": "by hand"}',
    );
  world.onPhase.set('waitingForApproval', async ({ id }) => {
    await signal(id, 'approve');
  });
  world.onPhase.set('canary', async ({ id }) => {
    await signal(id, 'pause');
    await signal(id, 'resume');
  });
  world.onPhase.set('stabilizing', async ({ id }) => {
    await signal(id, 'abort');
  });
  const record = await stage.run(world, () => stage.release());
  expect(record.approvals).toMatchObject([
    { decision: 'approved', by: 'ann', provider: 'signal', verified: false },
  ]);
  expect(record.outcome).toEqual({ kind: 'rolledBack', reason: 'aborted by ann: by hand' });
}, 60_000);
