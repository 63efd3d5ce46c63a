import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PythonLock, PythonRequest } from '../../../core/ports/workspace.ts';
import { findTools } from '../../../local/tools.ts';
import { createPythonSite, pythonIn, selfBuiltPackage, type PythonSite } from './python-site.ts';

let site: PythonSite;
const lock = (given: Partial<PythonRequest>): Promise<PythonLock> =>
  site.environments.lock(site.request(given));
/** Which of the packages of the index are in the environment. */
const packagesOf = async (given: Partial<PythonRequest>): Promise<string> =>
  pythonIn(await site.environments.ensure(site.request(given)), listPackages);
const listPackages = `
from importlib.metadata import distributions
print(*sorted(f'{it.name}={it.version}' for it in distributions()))`;

beforeEach(() => {
  site = createPythonSite();
  for (const name of ['tiny', 'extra_one', 'dev_one']) site.publish(name, '1.0');
});
afterEach(() => {
  site.remove();
});

const project = `
requires-python = ">=3.8"
dependencies = ["tiny"]
[project.optional-dependencies]
more = ["extra-one"]
[dependency-groups]
dev = ["dev-one"]
`;

test('a pyproject.toml, with an extra and a group only where they are asked for', async () => {
  site.write(selfBuiltPackage('.', 'model', project));
  const requirements = ['pyproject.toml'];
  expect(await packagesOf({ requirements })).toBe('tiny=1.0');
  expect(await packagesOf({ requirements, extras: ['more'], groups: ['dev'] })).toBe(
    'dev_one=1.0 extra_one=1.0 tiny=1.0',
  );
  await expect(lock({ requirements, groups: ['docs'] })).rejects.toThrow(/group 'docs' was not found/);
});

test('several sources together, with constraints', async () => {
  site.publish('extra_one', '2.0');
  site.write({
    ...selfBuiltPackage('.', 'model', project),
    'requirements/dev.txt': '-c limits.txt\nextra-one\n',
    'requirements/limits.txt': 'extra-one<2\n',
  });
  expect(await packagesOf({ requirements: ['pyproject.toml', 'requirements/dev.txt'] })).toBe(
    'extra_one=1.0 tiny=1.0',
  );
});

test('a uv.lock, to the letter, although there are newer releases', async () => {
  site.write(selfBuiltPackage('.', 'model', project));
  execFileSync(findTools().uv, ['lock', '--quiet'], { cwd: site.code });
  site.publish('tiny', '2.0');
  const requirements = ['uv.lock', 'pyproject.toml'];
  expect(await packagesOf({ requirements })).toBe('tiny=1.0');
  expect(await packagesOf({ requirements, extras: ['more'], groups: ['dev'] })).toBe(
    'dev_one=1.0 extra_one=1.0 tiny=1.0',
  );
  await expect(lock({ requirements, groups: ['docs'] })).rejects.toThrow(/read uv\.lock: .*docs/);
  site.write({ 'more.txt': 'extra-one\n' });
  expect(await packagesOf({ requirements: ['uv.lock', 'more.txt'] })).toBe('extra_one=1.0 tiny=1.0');
});

test('a poetry.lock, as poetry reads it', async () => {
  site.write({ 'pyproject.toml': poetryProject, 'poetry.lock': poetryLock });
  site.publish('tiny', '1.1');
  const requirements = ['poetry.lock'];
  site.reachIndex();
  expect(await packagesOf({ requirements })).toBe('tiny=1.0');
  expect(await packagesOf({ requirements, groups: ['dev'] })).toBe('dev_one=1.0 tiny=1.0');
  site.write({ 'pyproject.toml': poetryProject.replace('tiny = "^1.0"', 'tiny = "^1.1"') });
  await expect(lock({ requirements })).rejects.toThrow(/read poetry\.lock: .*poetry lock/s);
}, 60_000);

const poetryProject = `[tool.poetry]
name = "model"
version = "0.1.0"
description = "A model."
authors = []
[tool.poetry.dependencies]
python = ">=3.9"
tiny = "^1.0"
[tool.poetry.group.dev.dependencies]
dev-one = "^1.0"
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
`;

const lockedByPoetry = (name: string, group: string): string => `[[package]]
name = "${name}"
version = "1.0"
description = ""
optional = false
python-versions = ">=3.9"
groups = ["${group}"]
files = []
`;

const poetryLock = `${lockedByPoetry('dev-one', 'dev')}
${lockedByPoetry('tiny', 'main')}
[metadata]
lock-version = "2.1"
python-versions = ">=3.9"
content-hash = "a86d38c1dcef00e5da2124bfe11b3a9aba2a9cc5d72768817d4b08a259e5b809"
`;

test('a setup.py that reads its requirements from a file, found anew when that changes and only then', async () => {
  site.write({
    'setup.py': `
from setuptools import setup
setup(name='model', version='1', install_requires=open('requirements/base.txt').read().split())
`,
    'requirements/base.txt': 'tiny\n',
    'README.md': 'A model.',
    'src/train.py': '',
  });
  site.reachIndex();
  const before = await lock({ requirements: ['setup.py'] });
  expect(before.packages).toBe(1);
  site.write({ 'README.md': 'A better model.', 'src/train.py': 'print()' });
  await lock({ requirements: ['setup.py'] });
  expect(site.checkouts()).toBe(1);
  site.write({ 'requirements/base.txt': 'tiny\nextra-one\n' });
  expect((await lock({ requirements: ['setup.py'] })).packages).toBe(2);
}, 30_000);

test('packages of the repository that others need are resolved with them, and left to be installed', async () => {
  site.write({
    ...selfBuiltPackage(
      '.',
      'model',
      'dependencies = ["features"]\n[tool.uv.sources]\nfeatures = { path = "libs/features", editable = true }',
    ),
    ...selfBuiltPackage('libs/features', 'features', 'dependencies = ["tiny"]'),
  });
  const found = await lock({ requirements: ['pyproject.toml'] });
  expect(found).toMatchObject({ packages: 1, local: ['libs/features'] });
  site.write(selfBuiltPackage('libs/features', 'features', 'dependencies = ["tiny", "extra-one"]'));
  expect((await lock({ requirements: ['pyproject.toml'] })).packages).toBe(2);
  site.write({ 'requirements.txt': '-e ./libs/features\ndev-one\n' });
  const files = { requirements: ['requirements.txt'] };
  expect(await lock(files)).toMatchObject({ packages: 3, local: ['libs/features'] });
  expect(await packagesOf(files)).toBe('dev_one=1.0 extra_one=1.0 tiny=1.0');
});

test('a wheel that lies in the repository, found anew when it is another', async () => {
  const wheel = 'bundled-1.0-py3-none-any.whl';
  const bundle = (module: string): void => {
    site.publish('bundled', '1.0', module);
    execFileSync('mv', [join(site.code, '..', 'index', wheel), site.code]);
  };
  site.write({ 'requirements.txt': `./${wheel}\ntiny\n` });
  const requirements = ['requirements.txt'];
  bundle('first');
  expect(await packagesOf({ requirements })).toBe('bundled=1.0 tiny=1.0');
  bundle('second');
  expect(pythonIn(await site.environments.ensure(site.request({ requirements })), 'import second')).toBe('');
});

test('a package that takes its version from git is installed where the checkout has no history', async () => {
  site.write({
    'pyproject.toml': `[project]
name = "model"
dynamic = ["version"]
[build-system]
requires = ["setuptools", "setuptools-scm"]
build-backend = "setuptools.build_meta"
[tool.setuptools_scm]
`,
    'src/model/__init__.py': '',
  });
  site.reachIndex();
  const environment = await site.environments.ensure(site.request({ requirements: ['pyproject.toml'] }));
  const layer = join(site.home.worktrees, 'layer');
  await site.environments.install({ environment, code: site.code, folders: ['.'], layer });
  expect(pythonIn(layer, 'from importlib.metadata import version; print(version("model"))')).toBe('0.0.0');
}, 30_000);
