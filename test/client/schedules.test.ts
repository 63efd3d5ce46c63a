import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { createRepository } from '../activities/workspace/repository.ts';
import type { TestRepository } from '../activities/workspace/repository.ts';
import { makeHome, startDevServer } from './dev-server.ts';
import type { DevServer } from './dev-server.ts';
import { runCli } from './run-cli.ts';

const project = 'team/model';
const id = (name: string): string => `schedule/${project}/${name}`;

let server: DevServer;
let home: string;
let repository: TestRepository;
beforeAll(async () => {
  server = await startDevServer();
  repository = createRepository(join(server.home, 'origin'));
  home = makeHome(server.environment.address, { [project]: repository.url });
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(home, { recursive: true });
});

const file = (triggers: string): Readonly<Record<string, string>> => ({
  'longhaul.yaml': `version: 1\nproject: ${project}\n${triggers}`,
});
const sync = (...args: readonly string[]) =>
  runCli(['schedules', 'sync', '--project', project, ...args], { home });
const cronOf = async (name: string): Promise<string> => {
  const { action } = await server.environment.client.schedule.getHandle(id(name)).describe();
  return (action.memo?.['definition'] as { readonly cron: string }).cron;
};

test('schedules are shown as they differ, and made so by a yes alone', async () => {
  repository.commit(file(''));
  const shown = await sync('--dry-run');
  expect(shown.stdout).toMatch(/add +nightly +0 2 \* \* \* UTC +skip +for 1h\n.*Nothing was changed\./s);
  const asked = await sync();
  expect(asked.code).toBe(exitCodes.usage);
  expect(asked.stderr).toContain('--yes');

  expect((await sync('--yes')).stdout).toMatch(/Done\.\n$/);
  expect(await cronOf('nightly')).toBe('0 2 * * *');
  expect((await sync()).stdout).toMatch(/All of them are so already\.\n$/);
}, 60_000);

test('what the file changes is changed, and what it has no more is removed', async () => {
  repository.commit(
    file('triggers:\n  schedules: { weekly: { cron: 0 4 * * 1, timezone: Asia/Seoul, catchUp: 2h } }\n'),
  );
  await sync('--yes');
  repository.commit(file('triggers:\n  schedules: { weekly: { cron: 30 4 * * 1, timezone: Asia/Seoul } }\n'));
  const changed = await sync('--yes', '--json');
  expect(JSON.parse(changed.stdout)).toMatchObject({
    applied: true,
    changes: [{ kind: 'change', name: 'weekly', from: { cron: '0 4 * * 1', catchUp: 7_200_000 } }],
  });
  expect(await cronOf('weekly')).toBe('30 4 * * 1');
  await expect(cronOf('nightly')).rejects.toThrow();
}, 60_000);

test('a file that is wrong changes nothing, and tells the line', async () => {
  repository.commit(file('triggers:\n  schedules: { weekly: { cron: every night } }\n'));
  const { code, stderr } = await sync('--yes');
  expect(code).toBe(exitCodes.configuration);
  expect(stderr).toMatch(/longhaul\.yaml:4:\d+ .*has 2 fields/);
  expect(await cronOf('weekly')).toBe('30 4 * * 1');
}, 60_000);
