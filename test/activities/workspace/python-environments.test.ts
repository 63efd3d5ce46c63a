import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cacheKinds } from '../../../core/caches.ts';
import { cleanCaches } from '../../../local/caches/clean.ts';
import { createPythonSite, pythonIn, selfBuiltPackage, type PythonSite } from './python-site.ts';

let site: PythonSite;
const ensure = (...requirements: readonly string[]): Promise<string> =>
  site.environments.ensure(site.request({ requirements }));

beforeEach(() => {
  site = createPythonSite();
  site.publish('tiny', '1.0');
  site.write({ 'base.txt': 'tiny\n', 'requirements.txt': '-r base.txt\n' });
});
afterEach(() => {
  site.remove();
});

test('runs with the same lock share one environment, made once even when they come together', async () => {
  const [first, second] = await Promise.all([ensure('requirements.txt'), ensure('requirements.txt')]);
  expect(second).toBe(first);
  expect(pythonIn(first, 'import tiny; print(tiny.version)')).toBe('1.0');
  const made = (await stat(join(first, 'pyvenv.cfg'))).ino;
  await ensure('requirements.txt');
  expect((await stat(join(first, 'pyvenv.cfg'))).ino).toBe(made);
  expect(await readdir(site.home.pythonEnvironments)).toEqual([first.split('/').at(-1)]);
});

test('the same sources give the same versions, also on another worker and when there is a newer release', async () => {
  const request = site.request({ requirements: ['requirements.txt'] });
  const lock = await site.environments.lock(request);
  expect(lock).toMatchObject({
    packages: 1,
    local: [],
    version: expect.stringMatching(/^3\.\d+\.\d+/) as string,
  });
  site.publish('tiny', '2.0');
  const other = site.elsewhere('other');
  expect(await other.lock(request)).toEqual(lock);
  expect(site.checkouts()).toBe(1);
  expect(pythonIn(await other.ensure(request), 'import tiny; print(tiny.version)')).toBe('1.0');
  site.write({ 'base.txt': 'tiny>1\n' });
  const newer = await other.lock(request);
  expect(newer.digest).not.toBe(lock.digest);
  expect(pythonIn(await other.ensure(request), 'import tiny; print(tiny.version)')).toBe('2.0');
});

test('sources that come to the same packages share an environment', async () => {
  const before = await ensure('requirements.txt');
  site.write({ 'base.txt': 'tiny==1.0\n' });
  expect(await ensure('requirements.txt')).toBe(before);
});

test('two workers of a machine make one environment together, beside a third that frees the caches', async () => {
  site.write({ 'requirements.txt': 'tiny\n' });
  await site.environments.lock(site.request({ requirements: ['requirements.txt'] }));
  const program = fileURLToPath(new URL('ensuring-process.ts', import.meta.url));
  const worker = () => promisify(execFile)(process.execPath, [program, site.home.root, 'tiny\n']);
  const workers = Promise.all([worker(), worker()]);
  const over = new AbortController();
  const freeing = (async () => {
    while (!over.signal.aborted) await cleanCaches(site.home, cacheKinds);
  })();
  const made = (
    await workers.finally(() => {
      over.abort();
    })
  ).map(({ stdout }) => stdout);
  await freeing;
  expect(new Set(made).size).toBe(1);
  const environment = await ensure('requirements.txt');
  expect(made).toContain(environment);
  expect(pythonIn(environment, 'import tiny; print(tiny.version)')).toBe('1.0');
});

test('what the caches lost is got anew', async () => {
  const before = await ensure('requirements.txt');
  const { kept } = await cleanCaches(site.home, ['environments', 'uv']);
  expect(kept).toEqual([]);
  expect(existsSync(before)).toBe(false);
  expect(pythonIn(await ensure('requirements.txt'), 'import tiny; print(tiny.version)')).toBe('1.0');
});

test('an environment left half-made is made anew', async () => {
  const made = await ensure('requirements.txt');
  await rm(join(made, '.longhaul-complete'));
  await rm(join(made, 'bin'), { recursive: true });
  expect(await ensure('requirements.txt')).toBe(made);
  expect(await readdir(join(made, 'bin'))).toContain('python');
});

test('a lock whose text was lost is resolved anew', async () => {
  await site.environments.lock(site.request({ requirements: ['requirements.txt'] }));
  await rm(site.home.artifacts, { recursive: true });
  expect(pythonIn(await ensure('requirements.txt'), 'import tiny; print(tiny.version)')).toBe('1.0');
});

test('what cannot be had is told with the way to mend it', async () => {
  site.write({ 'base.txt': 'tiny==2.0\n', 'environment.yml': 'dependencies: [tiny]\n' });
  await expect(ensure('requirements.txt')).rejects.toMatchObject({
    type: 'BrokenEnvironment',
    message: expect.stringMatching(/resolve requirements\.txt: .*no version of tiny==2\.0/) as string,
  });
  await expect(ensure('nowhere.txt')).rejects.toThrow(/nowhere\.txt is not in the commit/);
  await expect(ensure('environment.yml')).rejects.toThrow(/conda/);
  const extras = site.request({ requirements: ['requirements.txt'], extras: ['gpu'] });
  await expect(site.environments.lock(extras)).rejects.toThrow(/pyproject\.toml/);
});

test('an interpreter that is not there, or that the project does not allow, is told', async () => {
  vi.stubEnv('UV_PYTHON_DOWNLOADS', 'never');
  const absent = site.request({ requirements: ['requirements.txt'], python: '3.99' });
  await expect(site.environments.lock(absent)).rejects.toMatchObject({
    type: 'BrokenEnvironment',
    message: expect.stringMatching(/cannot find Python 3\.99 on this worker.*python\.version/s) as string,
  });
  site.write(selfBuiltPackage('.', 'model', 'requires-python = ">=3.8,<3.9"'));
  const refused = site.request({ requirements: ['pyproject.toml'], python: '3' });
  await expect(site.environments.lock(refused)).rejects.toThrow(
    /allows Python >=3\.8,<3\.9, but .* 3\.\d+\.\d+/,
  );
});

test('an index that does not answer is worth a retry', async () => {
  vi.stubEnv('UV_NO_INDEX', '').stubEnv('UV_HTTP_RETRIES', '0').stubEnv('UV_NO_CACHE', '1');
  vi.stubEnv('UV_DEFAULT_INDEX', 'http://127.0.0.1:9/simple');
  site.write({ 'base.txt': 'absent==2.0\n' });
  await expect(ensure('requirements.txt')).rejects.toMatchObject({ type: 'Unreachable' });
});

test('an index that refuses a file is told, not tried again', async () => {
  const server = createServer(({ url = '' }, answer) => {
    const isPage = url === '/simple/closed/';
    answer.writeHead(isPage ? 200 : 403, { 'content-type': 'text/html' });
    answer.end(isPage ? '<a href="/closed-1.0-py3-none-any.whl">closed-1.0-py3-none-any.whl</a>' : '');
  }).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('UV_NO_INDEX', '').stubEnv('UV_HTTP_RETRIES', '0');
    site.write({ 'base.txt': `--index-url http://127.0.0.1:${port}/simple\nclosed==1.0\n` });
    await expect(ensure('requirements.txt')).rejects.toMatchObject({
      type: 'BrokenEnvironment',
      message: expect.stringMatching(/^A package index refuses: .*403.*UV_INDEX_/) as string,
    });
  } finally {
    server.close();
  }
});

test('a repository’s own package is installed over the shared environment, whose programs then see it', async () => {
  site.write({
    ...selfBuiltPackage('.', 'model', 'dependencies = ["tiny"]'),
    'requirements.txt': '-e .\n',
  });
  const lock = await site.environments.lock(site.request({ requirements: ['requirements.txt'] }));
  expect(lock).toMatchObject({ packages: 1, local: ['.'] });
  const environment = await ensure('requirements.txt');
  expect(() => pythonIn(environment, 'import model')).toThrow();

  const layer = join(site.home.worktrees, 'layer');
  const given = { environment, code: site.code, folders: ['.'], layer };
  expect(await site.environments.install(given)).toBe(layer);
  const program = execFileSync(join(layer, 'bin', 'tiny'), ['model', 'tiny'], { encoding: 'utf8' });
  expect(program.trim()).toBe('model tiny');
  expect(pythonIn(layer, 'import model; print(model.__file__)')).toBe(
    join(site.code, 'src/model/__init__.py'),
  );
  expect(() => pythonIn(environment, 'import model')).toThrow();
  await expect(site.environments.install({ ...given, folders: ['docs'] })).rejects.toThrow(
    /docs is to be installed, but has no pyproject\.toml/,
  );
});
