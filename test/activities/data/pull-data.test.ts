import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pullData, type PullResult } from '../../../activities/data/pull-data.ts';
import { openStepLog } from '../../../activities/steps/step-log.ts';
import { createRedactor } from '../../../core/redact.ts';
import { findTools } from '../../../local/tools.ts';
import { createRepository } from '../workspace/repository.ts';

/** One process, since DVC takes seconds to start. */
const addAndPush = `
from dvc.cli import main
assert main(['add', '--quiet', 'data/sample', 'single.csv']) == 0
assert main(['push', '--quiet']) == 0
`;

/** A repository with a folder and a file under DVC, and its remote; each test works on a copy of all. */
let template: string;
let folder: string;
const targets = ['data/sample', 'single.csv'];

beforeAll(() => {
  template = mkdtempSync(join(tmpdir(), 'longhaul-dvc-'));
  const origin = join(template, 'origin');
  const repository = createRepository(origin);
  mkdirSync(join(origin, 'data', 'sample', 'deep'), { recursive: true });
  writeFileSync(join(origin, 'data', 'sample', 'a.txt'), 'hello\n');
  writeFileSync(join(origin, 'data', 'sample', 'deep', 'b.txt'), 'world\n');
  writeFileSync(join(origin, 'single.csv'), 'one\n');
  mkdirSync(join(origin, '.dvc'));
  writeFileSync(
    join(origin, '.dvc', 'config'),
    `[core]\n    remote = s\n['remote "s"']\n    url = ../../remote\n`,
  );
  writeFileSync(join(origin, '.dvc', '.gitignore'), '/config.local\n/tmp\n/cache\n');
  execFileSync(join(findTools().flightsPython, 'bin', 'python'), ['-c', addAndPush], {
    cwd: origin,
    stdio: 'pipe',
  });
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'Data');
  repository.git('clone', '--quiet', '.', join(template, 'code'));
  renameSync(join(origin, '.dvc', 'cache'), join(template, 'cache'));
  rmSync(origin, { recursive: true });
});
beforeEach(() => {
  folder = join(template, randomUUID());
  for (const part of ['code', 'remote', 'cache'])
    cpSync(join(template, part), join(folder, part), { recursive: true });
});
afterAll(() => {
  rmSync(template, { recursive: true });
});

async function pull(wanted: readonly string[] = targets): Promise<PullResult> {
  const python = findTools().flightsPython;
  const log = await openStepLog(join(folder, 'log'), createRedactor([]));
  const env = { PATH: `${join(python, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder };
  const signal = AbortSignal.timeout(60_000);
  const site = { folder: join(folder, 'code'), env, marker: folder, log, signal, graceMs: 500 };
  return pullData({ targets: wanted, python, cache: join(folder, 'cache'), site }).finally(log.close);
}

const inStore = (store: 'cache' | 'remote', md5: string): string =>
  join(folder, store, 'files', 'md5', md5.slice(0, 2), md5.slice(2));
const md5OfHello = 'b1946ac92492d2347c6235b4d2611184';
const pulledFile = (): string => readFileSync(join(folder, 'code', 'data', 'sample', 'a.txt'), 'utf8');

test('from the remote, then from the cache when it has all: every file counted and compared', async () => {
  rmSync(join(folder, 'cache'), { recursive: true });
  const before = await pull();
  expect(before).toMatchObject({
    kind: 'pulled',
    notes: [],
    data: [
      { target: 'data/sample', files: 2, bytes: 12, source: 'remote' },
      { target: 'single.csv', files: 1, bytes: 4, source: 'remote' },
    ],
  });
  expect(pulledFile()).toBe('hello\n');

  rmSync(join(folder, 'remote'), { recursive: true });
  rmSync(join(folder, 'code'), { recursive: true });
  cpSync(join(template, 'code'), join(folder, 'code'), { recursive: true });
  const after = await pull();
  if (before.kind !== 'pulled' || after.kind !== 'pulled') throw new Error('stopped');
  expect(after.data).toEqual(before.data.map((facts) => ({ ...facts, source: 'cache' })));
});

test('from the cache when the pull fails, verified, and told with the reason', async () => {
  const unsupported = `[core]\n    remote = s\n['remote "s"']\n    url = s3://bucket/x\n`;
  writeFileSync(join(folder, 'code', '.dvc', 'config'), unsupported);
  expect(await pull()).toMatchObject({
    kind: 'pulled',
    data: [{ source: 'cache', files: 2 }, { source: 'cache' }],
    notes: [expect.stringMatching(/taken from the cache.*no support for this kind of remote/)],
  });
  expect(pulledFile()).toBe('hello\n');
});

test('a remote that is gone, with a cache that is not whole, makes the data unavailable', async () => {
  rmSync(join(folder, 'remote'), { recursive: true });
  rmSync(inStore('cache', md5OfHello));
  await expect(pull()).rejects.toMatchObject({
    type: 'DataUnavailable',
    message: expect.stringMatching(/data\/sample\/a\.txt \(missing\).*remote does not have/) as string,
  });
});

test('a file that the remote lost makes the data unavailable, and says which', async () => {
  rmSync(join(folder, 'cache'), { recursive: true });
  rmSync(inStore('remote', md5OfHello));
  await expect(pull()).rejects.toMatchObject({
    type: 'DataUnavailable',
    message: expect.stringMatching(new RegExp(`data/sample.*missing.*${md5OfHello}.*dvc push`)) as string,
  });
});

test('a damaged file in the cache is found, got anew, and told', async () => {
  const cached = inStore('cache', md5OfHello);
  chmodSync(cached, 0o644);
  writeFileSync(cached, 'hullo\n');
  chmodSync(cached, 0o444);
  expect(await pull()).toMatchObject({
    kind: 'pulled',
    data: [{ source: 'remote' }, { source: 'remote' }],
    notes: ['Damaged files in the data cache, got anew: 1.'],
  });
  expect(pulledFile()).toBe('hello\n');
});

test('a target that is not tracked is told before DVC is asked', async () => {
  await expect(pull(['data/full'])).rejects.toMatchObject({ type: 'DataUnavailable' });
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('');
});
