import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCaches } from '../../../activities/caches/index.ts';
import { cleanCaches } from '../../../local/caches/clean.ts';
import { cacheEntries } from '../../../local/caches/entries.ts';
import { liveLeases } from '../../../local/caches/leases.ts';
import { keepWithinLimit, usedBytes } from '../../../local/caches/limit.ts';
import { cachePlaces, cacheVariables } from '../../../local/caches/places.ts';
import { homePaths, type HomePaths } from '../../../local/home.ts';
import { notePrepared } from '../../../local/prepared-arm.ts';
import { changeDesired } from '../../../local/supervisor/state-files.ts';
import { runCli } from '../../client/run-cli.ts';
import { armOf } from '../support/stack.ts';

const mebibyte = 2 ** 20;
const day = 24 * 60 * 60_000;

let home: HomePaths;
let holder: ChildProcess | undefined;
beforeEach(async () => {
  home = homePaths(await mkdtemp(join(tmpdir(), 'longhaul-caches-')));
});
afterEach(async () => {
  await endHolder();
  await rm(home.root, { recursive: true, force: true });
});

/** A file of one MiB in a cache, last used so long ago. */
async function put(path: string, daysAgo: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.alloc(mebibyte, path));
  const at = new Date(Date.now() - daysAgo * day);
  await utimes(path, at, at);
  return path;
}

const model = (name: string, daysAgo: number): Promise<string> =>
  put(join(cachePlaces(home).hub, 'hub', `models--${name}`, 'blobs', 'weights'), daysAgo);
const data = (hash: string, daysAgo: number): Promise<string> =>
  put(join(home.dvcCache, 'files', 'md5', hash.slice(0, 2), hash.slice(2)), daysAgo);

async function environment(name: string, daysAgo: number): Promise<string> {
  const folder = join(home.pythonEnvironments, name.padEnd(24, '0'));
  await put(join(folder, 'lib', 'module.py'), daysAgo);
  await put(join(folder, '.longhaul-complete'), daysAgo);
  return folder;
}

async function startHolder(): Promise<void> {
  const program = fileURLToPath(new URL('lease-holder.ts', import.meta.url));
  holder = spawn(process.execPath, [program, home.root], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout ?? holder, 'data');
}

async function endHolder(): Promise<void> {
  if (holder === undefined || holder.exitCode !== null || holder.signalCode !== null) return;
  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;
}

test('above the limit the least recently used goes, whatever its kind, until there is some room', async () => {
  const [oldModel, newModel] = [await model('old', 30), await model('new', 1)];
  const [oldData, newData] = [await data('aa11', 20), await data('bb22', 2)];
  expect(await keepWithinLimit(home, 10 * mebibyte)).toEqual([]);
  const gone = await keepWithinLimit(home, 3.5 * mebibyte);
  expect(gone.map(({ kind, name }) => [kind, name])).toEqual([['hub', 'hub/models--old']]);
  expect(existsSync(oldModel)).toBe(false);
  await keepWithinLimit(home, 2.5 * mebibyte);
  expect([oldData, newData, newModel].map(existsSync)).toEqual([false, true, true]);
  expect(await usedBytes(home)).toBeLessThan(2.5 * mebibyte);
});

test('what a running step may have been given stays, and goes once the step’s process is dead', async () => {
  const longUnused = await model('long-unused', 3);
  const before = await environment('aaa', 1);
  await startHolder();
  const [inUse, given] = [await model('in-use', 0.5), await environment('bbb', -0.01)];
  await keepWithinLimit(home, mebibyte);
  expect([longUnused, before, inUse, given].map(existsSync)).toEqual([false, false, true, true]);
  await endHolder();
  await keepWithinLimit(home, mebibyte);
  expect([inUse, given].map(existsSync)).toEqual([false, false]);
  expect(await liveLeases(home)).toEqual([]);
});

test('the environment of a served model stays', async () => {
  const arm = armOf({ version: '1' });
  const [serving, idle] = [await environment('aaa', 9), await environment('bbb', 3)];
  await notePrepared(home, arm.id, { python: serving, environment: serving, model: home.models });
  const lane = { model: 'flight-delay', environment: 'production' };
  await changeDesired(home, () => ({
    ...{ version: 1, revision: 0, stack },
    lanes: { 'flight-delay.production': { lane, stable: arm, candidate: null, candidateWeight: 0 } },
  }));
  await cleanCaches(home, ['environments']);
  expect([serving, idle].map(existsSync)).toEqual([true, false]);
});

const stack = {
  ...{
    services: [],
    temporalNamespace: 'longhaul',
    environments: {},
    mlflowHost: '127.0.0.1',
    scrapeJobs: [],
    secrets: {},
    drainMs: 0,
  },
  programs: { temporal: '', prometheus: '', envoy: '', mlflowPython: '' },
  ports: { temporal: 1, temporalUi: 1, mlflow: 1, prometheus: 1, envoyAdmin: 1 },
};

test('two processes that evict at once take each entry out once and leave nothing behind', async () => {
  for (let index = 0; index < 20; index += 1) await data(`${index + 10}abc`, index + 2);
  const both = await Promise.all([cleanCaches(home, ['data']), cleanCaches(home, ['data'])]);
  expect(both.flatMap(({ gone }) => gone)).toHaveLength(20);
  expect(await cacheEntries(cachePlaces(home))).toEqual([]);
  expect(await readdir(home.dvcCache)).toEqual(['files']);
});

test('after a step the limit is seen to, without the step waiting for it', async () => {
  const old = await model('old', 30);
  const told = Promise.withResolvers<string>();
  const caches = createCaches({ home, limit: mebibyte / 2, tell: told.resolve });
  await caches.lend(() => Promise.resolve());
  expect(await told.promise).toContain('models--old');
  expect(existsSync(old)).toBe(false);
});

test('steps find the caches under the home, and a login in their own folder', () => {
  const variables = cacheVariables(home, '/attempt/home');
  const { HF_TOKEN_PATH: token, ...folders } = variables;
  expect(Object.keys(folders).sort()).toEqual(['HF_HOME', 'PIP_CACHE_DIR', 'TORCH_HOME', 'UV_CACHE_DIR']);
  expect(token).toMatch(/^\/attempt\/home\//);
});

test('the command line tells what the caches hold and frees a kind', async () => {
  await writeFile(home.serverConfig, 'version: 1\ncaches: { limit: 4MiB }\n');
  await model('bert', 2);
  const type = (...args: readonly string[]) => runCli(args, { home: home.root });
  const told = await type('cache');
  expect(told.stdout).toMatch(/^hub +1(\.\d+)? MiB +1 +\d{4}-\d\d-\d\d/m);
  expect(told.stdout).toMatch(/in all, of at most 4 MiB \(2\d(\.\d)? %\); no step runs\.$/m);
  expect((await type('cache', 'clean', 'models')).code).toBe(2);
  expect((await type('cache', 'clean', 'data')).stdout).toContain('0 entries went');
  expect((await type('cache', 'clean', 'hub')).stdout).toMatch(/^1(\.\d+)? MiB freed, 1 entry went\.$/m);
  expect(JSON.parse((await type('cache', '--json')).stdout)).toMatchObject({ limit: 4 * mebibyte, steps: 0 });
}, 30_000);
