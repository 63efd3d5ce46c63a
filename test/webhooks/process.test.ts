/** The server as `longhaul up` starts it, ends it, and starts it again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepWebhooks, stopWebhooks } from '../../client/cli/webhooks-process.ts';
import { webhookChecks } from '../../client/doctor/webhooks.ts';
import { loadServerConfig } from '../../config/load-server.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { homePaths } from '../../local/home.ts';
import type { HomePaths } from '../../local/home.ts';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { freePort } from '../servers/process.ts';
import { deliver, openFrontDoor, writeFrontDoorFile } from './support/front-door.ts';
import type { FrontDoorFile } from './support/front-door.ts';

let file: FrontDoorFile;
let home: HomePaths;
let config: ServerConfig;

beforeAll(async () => {
  file = await writeFrontDoorFile({ temporal: `127.0.0.1:${await freePort()}`, projects: [] });
  home = homePaths(file.home);
  config = loadServerConfig(file.serverFile);
});
afterAll(async () => {
  await stopWebhooks(home);
  file.remove();
});

const keep = (given: Pick<ServerConfig, 'webhooks'> = config) => keepWebhooks(home, given, file.serverFile);
const doctor = async () => (await webhookChecks(config)[0]?.look())?.[0];

it('runs once, is found by Prometheus, comes back after a kill, and ends', async () => {
  expect((await doctor())?.said).toContain('nothing answers');
  const first = await keep();
  expect(first?.started).toBe(true);
  expect((await deliver(file.url, 'ping', '{"zen":"calm"}')).status).toBe(200);
  expect(readFileSync(`${home.workerTargets}/webhooks.json`, 'utf8')).toContain(new URL(file.url).host);
  expect(await keep()).toEqual({ ...first, started: false });
  expect((await doctor())?.said).toContain('does not reach Temporal');

  process.kill(first?.process.pid ?? 0, 'SIGKILL');
  await expect.poll(() => first !== null && isRunning(first.process)).toBe(false);
  const second = await keep();
  expect(second?.started).toBe(true);
  expect(second?.process.pid).not.toBe(first?.process.pid);
  expect((await deliver(file.url, 'ping', '{"zen":"calm"}')).status).toBe(200);

  expect(await keep({})).toBeNull();
  expect(second !== null && (await isRunning(second.process))).toBe(false);
  await expect(fetch(`${file.url}/healthz`)).rejects.toThrow();
  expect(await stopWebhooks(home)).toBe(false);
});

it('tells why it cannot listen, and where its log is', async () => {
  const other = await openFrontDoor({ temporal: `127.0.0.1:${await freePort()}`, projects: [] });
  const taken = new URL(other.url).port;
  const own = new URL(file.url).port;
  const text = readFileSync(file.serverFile, 'utf8');
  writeFileSync(file.serverFile, text.replace(`port: ${own}`, `port: ${taken}`));
  await expect(keep()).rejects.toThrow(/ended at once: .*cannot be listened on.*webhooks\.log/s);
  await other.stop();
});
