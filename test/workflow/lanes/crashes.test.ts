import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowHandle } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
} from '@temporalio/worker';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { laneId, taskQueues } from '../../../core/ids.ts';
import { findTools } from '../../../local/tools.ts';
import { judgeTurns } from './judge-turns.ts';
import type { Fate, holder, Witness } from './workflows.ts';
import { witnessQueue } from './workflows.ts';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

const releases = 200;
const longestHistory = 400;
const lane = { model: 'flight-delay', environment: 'production' };
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

let env: TestWorkflowEnvironment;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-lanes-'));
  const { code } = await bundleWorkflowCode({
    workflowsPath: here('./workflows.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  writeFileSync(join(folder, 'bundle.js'), code);
  env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: findTools().temporal },
      extraArgs: [
        'history.transferProcessorMaxPollRPS=1000',
        `limit.historyCount.suggestContinueAsNew=${longestHistory}`,
      ].flatMap((value) => ['--dynamic-config-value', value]),
    },
  });
}, 60_000);
afterAll(async () => {
  await env.teardown();
  rmSync(folder, { recursive: true });
});

interface Script {
  readonly holders: readonly { readonly urgency: 'undo' | 'hotfix' | undefined; readonly fate: Fate }[];
  /** Milliseconds after the first start at which a worker is killed, or the lane is terminated by hand. */
  readonly kills: readonly { readonly afterMs: number; readonly worker: 0 | 1 }[];
  readonly terminations: readonly number[];
}

const script: fc.Arbitrary<Script> = fc.record({
  holders: fc.array(
    fc.record({
      urgency: fc.oneof(
        { weight: 8, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: fc.constant('hotfix' as const) },
        { weight: 1, arbitrary: fc.constant('undo' as const) },
      ),
      fate: fc.oneof(
        { weight: 14, arbitrary: fc.constant('leaves' as const) },
        { weight: 1, arbitrary: fc.constant('fails' as const) },
        { weight: 1, arbitrary: fc.constant('terminatedHolding' as const) },
        { weight: 3, arbitrary: fc.constant('terminatedWaiting' as const) },
      ),
    }),
    { minLength: releases, maxLength: releases },
  ),
  kills: fc.array(fc.record({ afterMs: fc.nat(15_000), worker: fc.constantFrom(0, 1) }), {
    minLength: 3,
    maxLength: 3,
  }),
  terminations: fc.array(fc.nat(8_000), { minLength: 2, maxLength: 2 }),
});

/** Two workers in processes of their own; one that is killed is started again at once. */
class Workers {
  readonly #processes: ChildProcess[] = [];

  constructor() {
    for (const place of [0, 1]) this.#start(place);
  }

  kill(place: number): void {
    this.#processes[place]?.kill('SIGKILL');
    this.#start(place);
  }

  end(): void {
    for (const process of this.#processes) process.kill('SIGKILL');
  }

  #start(place: number): void {
    const args = [here('./worker.ts'), env.address, env.namespace ?? 'default', join(folder, 'bundle.js')];
    this.#processes[place] = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

/** Who is in the lane, as seen from outside: what two would break. */
class Seen implements Witness {
  readonly inside = new Set<string>();
  readonly order: string[] = [];
  most = 0;

  async enter({ holder: id, fate }: Parameters<Witness['enter']>[0]): Promise<void> {
    this.inside.add(id);
    this.order.push(id);
    this.most = Math.max(this.most, this.inside.size);
    // From here on it ends in one of the ways in which it cannot say that it leaves.
    if (fate === 'fails' || fate === 'terminatedWaiting') this.inside.delete(id);
    if (fate !== 'terminatedHolding') return;
    await env.client.workflow.getHandle(id).terminate('lost while it holds the lane');
    this.inside.delete(id);
  }

  leave({ holder: id }: Parameters<Witness['leave']>[0]): Promise<void> {
    this.inside.delete(id);
    return Promise.resolve();
  }
}

async function play({ holders, kills, terminations }: Script, workers: Workers): Promise<Seen> {
  const seen = new Seen();
  const witness = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: witnessQueue,
    activities: { enter: seen.enter.bind(seen), leave: seen.leave.bind(seen) },
  });
  await witness.runUntil(async () => {
    const troubles = [
      ...kills.map(async ({ afterMs, worker }) => {
        await pass(afterMs);
        workers.kill(worker);
      }),
      ...terminations.map(async (afterMs) => {
        await pass(afterMs);
        await env.client.workflow
          .getHandle(laneId(lane))
          .terminate('by hand')
          .catch(() => undefined);
      }),
    ];
    for (const [index, { urgency, fate }] of holders.entries()) {
      const handle = await env.client.workflow.start<typeof holder>('holder', {
        workflowId: idOf(index),
        taskQueue: taskQueues.orchestration,
        workflowTaskTimeout: '3s',
        args: [{ lane, fate, claim: urgency === undefined ? {} : { urgency } }],
      });
      if (fate === 'terminatedWaiting') troubles.push(terminateSoon(handle));
    }
    await Promise.all(troubles);
    await expect.poll(openHolders, { timeout: 240_000, interval: 1_000 }).toBe(0);
  });
  return seen;
}

async function terminateSoon(handle: WorkflowHandle): Promise<void> {
  await pass(1_000);
  await handle.terminate('lost while it waits').catch(() => undefined);
}

const openHolders = async (): Promise<number> =>
  (await env.client.workflow.count("WorkflowType = 'holder' AND ExecutionStatus = 'Running'")).count;

const idOf = (index: number): string => `release/flight-delay/${index}`;

it('gives 200 releases one lane, one after the other, in turn, whatever is killed', async () => {
  const workers = new Workers();
  try {
    await fc.assert(
      fc.asyncProperty(script, async (drawn) => {
        const seen = await play(drawn, workers);
        expect(seen.most).toBe(1);
        const lived = drawn.holders.flatMap(({ fate }, index) =>
          fate === 'terminatedWaiting' ? [] : [idOf(index)],
        );
        expect(lived.filter((id) => !seen.order.includes(id))).toEqual([]);
        expect(new Set(seen.order).size).toBe(seen.order.length);
        await expectRules();
      }),
      { numRuns: 1, endOnFailure: true, reporter: tell },
    );
  } finally {
    workers.end();
  }
}, 300_000);

/** All runs of the lane, also those that were terminated: each grant in turn, and none with a long history. */
async function expectRules(): Promise<void> {
  const runs = [];
  for await (const { runId, status } of env.client.workflow.list({ query: "WorkflowType = 'lane'" })) {
    const { events } = await env.client.workflow.getHandle(laneId(lane), runId).fetchHistory();
    runs.push({ status: status.name, ...judgeTurns(events ?? []) });
  }
  expect(runs.flatMap(({ outOfTurn }) => outOfTurn)).toEqual([]);
  expect(runs.map(({ status }) => status)).toContain('CONTINUED_AS_NEW');
  expect(Math.max(...runs.map(({ events }) => events))).toBeLessThan(longestHistory + 600);
}

/** The seed, also of a run that passes. */
function tell(run: fc.RunDetails<[Script]>): void {
  console.log(`seed ${run.seed}`);
  if (run.failed) throw new Error(fc.defaultReportMessage(run), { cause: run.errorInstance });
}
