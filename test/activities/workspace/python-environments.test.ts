import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPythonEnvironments } from '../../../activities/workspace/python-environments.ts';
import type { Checkouts, PythonEnvironments } from '../../../core/ports/workspace.ts';
import { findTools } from '../../../local/tools.ts';

/** A wheel of a package `tiny`, so that uv needs no index. */
const makeWheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + '/tiny-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('tiny.py', 'size = 1')
    wheel.writestr('tiny-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n')
    wheel.writestr('tiny-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('tiny-1.0.dist-info/RECORD', '')
`;

let folder: string;
let environments: PythonEnvironments;
const ensure = (...requirements: readonly string[]): Promise<string> =>
  environments.ensure({
    commit: { project: 'acme/model', commit: 'now' },
    requirements,
    extras: [],
    groups: [],
  });

/** What the folder holds now stands for the commit. */
const checkouts: Checkouts = {
  checkout: (_commit, to) => cp(folder, to, { recursive: true }),
  remove: (_project, path) => rm(path, { recursive: true, force: true }),
  list: () => Promise.resolve({}),
  read: (_commit, path) => readFile(join(folder, path), 'utf8').catch(() => null),
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-python-'));
  execFileSync('python3', ['-c', makeWheel, folder]);
  vi.stubEnv('UV_NO_INDEX', '1').stubEnv('UV_FIND_LINKS', folder);
  environments = createPythonEnvironments({
    folder: `${folder}-environments`,
    uv: () => findTools().uv,
    checkouts,
  });
  await writeFile(join(folder, 'base.txt'), 'tiny==1.0\n');
  await writeFile(join(folder, 'requirements.txt'), '-r base.txt\n');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
  await rm(`${folder}-environments`, { recursive: true, force: true });
});

test('runs with the same lock share one environment, made once even when they come together', async () => {
  const [first, second] = await Promise.all([ensure('requirements.txt'), ensure('requirements.txt')]);
  expect(second).toBe(first);
  expect(
    execFileSync(join(first, 'bin', 'python'), ['-c', 'import tiny; print(tiny.size)'], { encoding: 'utf8' }),
  ).toBe('1\n');
  const made = (await stat(join(first, 'pyvenv.cfg'))).ino;
  await ensure('requirements.txt');
  expect((await stat(join(first, 'pyvenv.cfg'))).ino).toBe(made);
});

test('a change in an included file is another environment', async () => {
  const before = await ensure('requirements.txt');
  await writeFile(join(folder, 'base.txt'), 'tiny>=1.0\n');
  expect(await ensure('requirements.txt')).not.toBe(before);
});

test('an environment left half-made is made anew', async () => {
  const made = await ensure('requirements.txt');
  await rm(join(made, '.longhaul-complete'));
  await rm(join(made, 'bin'), { recursive: true });
  expect(await ensure('requirements.txt')).toBe(made);
  expect(await readdir(join(made, 'bin'))).toContain('python');
});

test('a requirement that cannot be met is told in the words of uv', async () => {
  await writeFile(join(folder, 'base.txt'), 'tiny==2.0\n');
  await expect(ensure('requirements.txt')).rejects.toMatchObject({
    type: 'BrokenEnvironment',
    message: expect.stringMatching(/no version of tiny==2\.0/) as string,
  });
  await expect(ensure('nowhere.txt')).rejects.toThrow(/nowhere\.txt is not in the commit/);
  await writeFile(join(folder, 'base.txt'), '-e .\n');
  await expect(ensure('requirements.txt')).rejects.toThrow(/PYTHONPATH/);
});

test('an index that does not answer is worth a retry', async () => {
  vi.stubEnv('UV_NO_INDEX', '').stubEnv('UV_HTTP_RETRIES', '0').stubEnv('UV_NO_CACHE', '1');
  vi.stubEnv('UV_DEFAULT_INDEX', 'http://127.0.0.1:9/simple');
  await writeFile(join(folder, 'base.txt'), 'absent==2.0\n');
  await expect(ensure('requirements.txt')).rejects.toMatchObject({ type: 'Unreachable' });
});
