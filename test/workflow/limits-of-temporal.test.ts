import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createArtifactStore } from '../../activities/store/index.ts';
import { startCiRun } from '../../client/ci-runs.ts';
import { startRelease } from '../../client/releases.ts';
import type { CiRunResult } from '../../core/ci.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { homePaths } from '../../local/home.ts';
import { commit, openRealStage, say } from './harness.ts';
import type { Stage } from './harness.ts';
import { quickPlan, step } from './plan.ts';
import { failed, passed, World } from './world.ts';

/** Of over 400 bytes, a server's limit for a summary: a task refused for it would be tried again for ever. */
const long = '긴-이름-'.repeat(60);

let stage: Stage;
let world: World;
let home: string;
beforeAll(async () => {
  stage = await openRealStage();
  home = mkdtempSync(join(tmpdir(), 'longhaul-summaries-'));
});
beforeEach(() => {
  world = new World();
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await stage.close();
});

const summariesIn = async (workflowId: string): Promise<readonly number[]> => {
  const { events = [] } = await stage.env.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ userMetadata }) => userMetadata?.summary?.data?.length ?? []);
};

it('a step with a very long name is run, tried again after a wait, and told', async () => {
  let tries = 0;
  world.plan = {
    ...quickPlan(),
    ci: { overlay: {}, steps: [step(long, [], { onOutOfMemory: [{ name: long, env: {} }] })] },
  };
  world.stepOutcomes.set(long, () => {
    tries += 1;
    if (tries === 1) throw ApplicationFailure.retryable('its worker was lost', 'WorkerLost');
    if (tries === 2) {
      const failure = { id: 'oom', kind: 'outOfMemory', cause: 'no memory', mend: '' } as const;
      return Promise.resolve({ ...failed('no memory'), failure });
    }
    return Promise.resolve(passed(long));
  });
  const { result, id } = await stage.run(world, async () => {
    const project = `longhaul/${'flights-'.repeat(60)}`;
    const started = await startCiRun(stage.env.client, {
      ...{ project, commit, trigger: { kind: 'person', by: long } },
    });
    const handle = stage.env.client.workflow.getHandle(started.id);
    return { id: started.id, result: (await handle.result()) as CiRunResult };
  });
  expect([result.passed, tries]).toEqual([true, 3]);
  const summaries = await summariesIn(id);
  expect(summaries).toHaveLength(7);
  expect(Math.max(...summaries)).toBeGreaterThan(190);
  expect(Math.max(...summaries)).toBeLessThanOrEqual(202);
}, 60_000);

it('a model with a very long name is released', async () => {
  const model = 'flight-delay-'.repeat(40);
  const { release, ...rest } = quickPlan();
  if (release === undefined) throw new Error('The plan has a release.');
  world.plan = { ...rest, release: { ...release, model } };
  world.traffic = { requestsPerSecond: 500, candidateErrors: 0, championErrors: 0 };
  say(stage, world, 'waitingForApproval', 'approve');
  const { record, id } = await stage.run(world, async () => {
    const { client } = stage.env;
    const store = createArtifactStore({ home: homePaths(home) });
    const started = await startRelease(
      { client, store },
      { model, project: 'longhaul/flights', commit, trigger: { kind: 'person', by: 'ann' } },
    );
    const record = (await client.workflow.getHandle(started.id).result()) as ReleaseRecord;
    return { id: started.id, record };
  });
  expect(record.outcome).toEqual({ kind: 'released' });
  expect(Math.max(...(await summariesIn(id)))).toBeLessThanOrEqual(202);
}, 60_000);

it('a run in which hundreds of steps fail with long last lines has its report', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `tests-${index}`);
  world.plan = { ...quickPlan(), ci: { overlay: {}, steps: names.map((name) => step(name)) } };
  const lastLines = Array.from({ length: 30 }, (_, index) => `${index} ${'long '.repeat(95)}`);
  for (const name of names) {
    world.stepOutcomes.set(name, () => Promise.resolve({ ...failed('exit code 1'), lastLines }));
  }
  const result = await stage.run(world, async () => {
    const { client } = stage.env;
    const trigger = { kind: 'person', by: 'ann' } as const;
    const { id } = await startCiRun(client, { project: 'longhaul/large', commit, trigger });
    return (await client.workflow.getHandle(id).result()) as CiRunResult;
  });
  expect(result.steps.filter(({ outcome }) => outcome.status === 'failed')).toHaveLength(250);
  expect(result.steps[249]?.outcome).toMatchObject({ reason: 'exit code 1', lastLines: lastLines.slice(-7) });
}, 60_000);
