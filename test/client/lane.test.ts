import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLaneActivities } from '../../activities/lanes/index.ts';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { loadServerConfig } from '../../config/load-server.ts';
import { laneId, namespace, taskQueues } from '../../core/ids.ts';
import { workflowBundle } from '../workflow/harness.ts';
import { startDevServer } from './dev-server.ts';
import type { DevServer } from './dev-server.ts';
import { runCli } from './run-cli.ts';

let server: DevServer;
let worker: Worker;
let running: Promise<void>;
beforeAll(async () => {
  server = await startDevServer();
  const file = join(server.home, 'longhaul.server.yaml');
  const freezes = 'freezes: [{ from: 2020-01-01T00:00, to: 2099-01-01T00:00, reason: closed for good }]';
  writeFileSync(file, readFileSync(file, 'utf8').replace(/staging: \{/, `staging: { ${freezes},`));
  const { environments } = loadServerConfig(file);
  const { client, nativeConnection: connection } = server.environment;
  worker = await Worker.create({
    ...{ connection, namespace: namespace.name, taskQueue: taskQueues.orchestration },
    workflowBundle: await workflowBundle(),
    activities: createLaneActivities({ client, freezesOf: (name) => environments[name]?.freezes ?? [] }),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await server.stop();
});

const longhaul = (...args: string[]) => runCli(args, { home: server.home });
const model = ['--model', 'flight-delay'];

test('a lane is shown with its freezes, also one that nobody has asked for', async () => {
  const { code, stdout } = await longhaul('lane', 'show', ...model);
  expect(code).toBe(exitCodes.ok);
  expect(stdout).toMatch(/^staging +free/m);
  expect(stdout).toMatch(/^production +free/m);
  expect(stdout).toContain('staging is frozen until 2099-01-01 00:00:00: closed for good');
});

test('a freeze by hand is told with who, why and until when, holds, and is thawed once', async () => {
  const frozen = await longhaul(
    ...['lane', 'freeze', 'production', '--reason', 'incident 7', '--until', '6h', '--hotfixes'],
    ...model,
  );
  expect(frozen.stdout).toMatch(
    /^lane\/flight-delay\/production: frozen by .+ until \d{4}-\d\d-\d\d \S+ but for hotfixes: incident 7$/m,
  );

  const id = laneId({ model: 'flight-delay', environment: 'production' });
  const ticket = { holder: 'release/flight-delay/1', runId: '00000000-0000-0000-0000-000000000000' };
  await server.environment.client.workflow.getHandle(id).signal('wish', { wish: 'enter', ...ticket });
  const shown = await longhaul('lane', 'show', 'production', '--json', ...model);
  expect(JSON.parse(shown.stdout)).toMatchObject([
    { holder: null, frozen: [{ reason: 'incident 7', hotfixes: true }], coming: [] },
  ]);

  expect((await longhaul('lane', 'thaw', 'production', ...model)).stdout).toContain('thawed by ');
  const again = await longhaul('lane', 'thaw', 'production', ...model);
  expect(again.code).toBe(exitCodes.refused);
  expect(again.stderr).toContain('nobody has frozen it by hand');
});

test('what is no time, no environment, or without a reason is refused with what would be right', async () => {
  const noTime = await longhaul('lane', 'freeze', 'staging', '--reason', 'x', '--until', 'soon', ...model);
  expect([noTime.code, noTime.stderr]).toEqual([
    exitCodes.usage,
    expect.stringContaining('a time such as 2026-12-20T08:00') as string,
  ]);
  const nowhere = await longhaul('lane', 'show', 'moon', ...model);
  expect([nowhere.code, nowhere.stderr]).toEqual([
    exitCodes.notFound,
    expect.stringContaining('no environment `moon`') as string,
  ]);
  expect((await longhaul('lane', 'freeze', 'staging', ...model)).code).toBe(exitCodes.usage);
});
