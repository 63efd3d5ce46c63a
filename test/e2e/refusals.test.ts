/** What goes wrong at the keyboard is told in a line or two, has an exit code, and leaves nothing running. */
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadServerConfig } from '../../config/load-server.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { homePaths } from '../../local/home.ts';
import type { HomePaths } from '../../local/home.ts';
import { freePort, isFree } from '../../local/supervisor/ports.ts';
import { longhaul, refuseStaleBuild } from './support/longhaul-command.ts';
import { endByForce, runningOf } from './support/processes.ts';
import { processesOf, writeServerFile } from './support/stack.ts';

const limits = { timeout: 240_000 };
const oneOrTwoLines = /^[^\n]+\n([^\n]+\n)?$/;

let home: HomePaths;

beforeAll(refuseStaleBuild);
beforeEach(async () => {
  home = homePaths(await mkdtemp(join(tmpdir(), 'longhaul-refused-')));
});
afterEach(async () => {
  await endByForce(await processesOf(home));
  await rm(home.root, { recursive: true, maxRetries: 3 });
});

test('a port that is taken at `up` is told with whose it is and the key that moves it', limits, async () => {
  await writeServerFile(home.serverConfig);
  const { mlflow } = loadServerConfig(home.serverConfig).local.ports;
  const other = createServer().listen(mlflow, '127.0.0.1');
  await once(other, 'listening');
  const { code, stderr } = await longhaul(['up'], { home: home.root });
  other.close();
  await once(other, 'close');
  expect(stderr).toMatch(oneOrTwoLines);
  expect(stderr).toMatch(new RegExp(`Port ${mlflow}, for MLflow, is taken.*local\\.ports\\.mlflow`));
  expect(code).toBe(6);
  await expectNothingRuns();
});

test('an operator’s file that is not there starts nothing', limits, async () => {
  const { code, stderr } = await longhaul(['up', '--server', 'nowhere.yaml'], { home: home.root });
  expect(code).toBe(3);
  expect(stderr).toMatch(oneOrTwoLines);
  expect(stderr).toContain(join(home.root, 'nowhere.yaml'));
  expect(await readdir(home.root)).toEqual([]);
});

test(
  'a Temporal that is not at TEMPORAL_ADDRESS ends the `up`, and all that it had started',
  limits,
  async () => {
    await writeServerFile(home.serverConfig);
    await haveMlflowElsewhere();
    const address = `127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await longhaul(['up'], {
      home: home.root,
      env: { TEMPORAL_ADDRESS: address },
    });
    expect(stdout).toContain('envoy is ready');
    expect(stderr).toMatch(oneOrTwoLines);
    expect(stderr).toContain(`Temporal does not answer at ${address}`);
    expect(code).toBe(4);
    await expectNothingRuns();
  },
);

/** The slowest server to start is not what such a test is about. */
async function haveMlflowElsewhere(): Promise<void> {
  const yaml = await readFile(home.serverConfig, 'utf8');
  const elsewhere = yaml.replace(/trackingUri: [^,]+/, 'trackingUri: http://mlflow.example');
  await writeFile(home.serverConfig, elsewhere);
}

const portsOf = (environments: ServerConfig['environments']): readonly number[] =>
  Object.values(environments).flatMap((each) => (each.target === 'local' ? [each.port] : []));

/** Neither a process that the home knows nor a listener on any port of the operator's file. */
async function expectNothingRuns(): Promise<void> {
  expect(await runningOf(await processesOf(home))).toEqual([]);
  const { environments, local } = loadServerConfig(home.serverConfig);
  const ports = [...Object.values(local.ports), ...portsOf(environments)];
  expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true));
}
