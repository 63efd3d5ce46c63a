import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import type { ExitCode } from '../../client/cli/exit-codes.ts';
import { runCli } from '../../client/cli/program.ts';
import { followServerConfig } from '../../config/follow-server.ts';
import { loadProject } from '../../config/load-project.ts';
import { loadServerConfig } from '../../config/load-server.ts';
import { createRepository } from '../activities/workspace/repository.ts';
import { aTest } from './view.ts';
import type { Files } from './view.ts';

let folder: string;
let root: string;
let homeBefore: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-init-'));
  root = join(folder, 'churn');
  homeBefore = process.env['LONGHAUL_HOME'];
  process.env['LONGHAUL_HOME'] = folder;
});
afterEach(() => {
  if (homeBefore === undefined) delete process.env['LONGHAUL_HOME'];
  else process.env['LONGHAUL_HOME'] = homeBefore;
  rmSync(folder, { recursive: true });
});

interface Typed {
  readonly code: ExitCode;
  readonly printed: string;
}

async function init(...args: readonly string[]): Promise<Typed> {
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  const code = await runCli(['init', root, ...args], { print, printError: print, interactive: false });
  return { code, printed: lines.join('\n') };
}

const written = (path: string): string => readFileSync(join(root, path), 'utf8');

const project = '[project]\nname = "churn"\nversion = "1"\ndependencies = []\n';
const build = '[build-system]\nrequires = ["setuptools"]\n';
const extras = '[project.optional-dependencies]\ntest = ["pytest"]\n';
const poetry =
  '[tool.poetry]\nname = "churn"\n[tool.poetry.dependencies]\npython = "^3.10"\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n';

const kinds: readonly (readonly [string, Files, object])[] = [
  [
    'requirements files',
    { 'requirements.txt': 'numpy\n', 'requirements-test.txt': 'pytest\n' },
    { requirements: ['requirements.txt', 'requirements-test.txt'] },
  ],
  [
    'pyproject.toml',
    { 'pyproject.toml': project + extras + build },
    { requirements: ['pyproject.toml'], extras: ['test'], install: ['.'] },
  ],
  [
    'dependency groups',
    { 'pyproject.toml': `${project}[dependency-groups]\ndev = ["pytest"]\n` },
    { requirements: ['pyproject.toml'], groups: ['dev'] },
  ],
  [
    'uv.lock',
    { 'pyproject.toml': project + extras + build, 'uv.lock': 'version = 1\n' },
    { requirements: ['uv.lock'], extras: ['test'], install: ['.'] },
  ],
  [
    'poetry.lock',
    { 'pyproject.toml': poetry, 'poetry.lock': '' },
    { requirements: ['poetry.lock'], groups: ['dev'] },
  ],
  [
    'setup.py',
    { 'setup.py': 'from setuptools import setup\nsetup(name="churn", install_requires=["numpy"])\n' },
    { requirements: ['setup.py', 'requirements-longhaul.txt'], install: ['.'] },
  ],
  [
    'setup.cfg',
    {
      'setup.py': 'from setuptools import setup\nsetup()\n',
      'setup.cfg': '[metadata]\nname = churn\n[options]\ninstall_requires =\n  numpy\n',
    },
    { requirements: ['setup.py', 'requirements-longhaul.txt'], install: ['.'] },
  ],
  [
    'conda',
    { 'environment.yml': 'dependencies:\n- numpy=1.26\n' },
    { requirements: ['requirements-longhaul.txt'] },
  ],
  ['nothing', {}, { requirements: ['requirements-longhaul.txt'] }],
];

test.each(kinds)('a project of %s gets a valid file at once', async (_kind, files, python) => {
  createRepository(root).commit({
    ...files,
    'churn/model.py': 'x = 1\n',
    'tests/test_a.py': aTest,
    'README.md': '',
  });
  const { code, printed } = await init('--yes');
  expect(printed).toMatch(/written in .*, for local\/churn:/);
  expect(code).toBe(exitCodes.ok);
  const loaded = loadProject({ files: (path) => (existsSync(join(root, path)) ? written(path) : null) });
  expect(loaded.ok ? loaded.ciPlan.steps.map(({ name }) => name) : loaded.problems).toEqual(['tests']);
  expect(parse(written('longhaul.yaml'))).toMatchObject({ python });
});

describe('what is there already', () => {
  beforeEach(() => {
    createRepository(root).commit({ 'tests/test_a.py': aTest, 'longhaul.yaml': 'mine\n' });
  });

  test('is not written over, unless that is asked for', async () => {
    const refused = await init('--yes');
    expect(refused.code).toBe(exitCodes.refused);
    expect(refused.printed).toMatch(/is there already.*--print.*--force/);
    expect(written('longhaul.yaml')).toBe('mine\n');
    expect((await init('--yes', '--force')).code).toBe(exitCodes.ok);
    expect(written('longhaul.yaml')).toMatch(/^project: local\/churn/m);
  });

  test('does not stop a look, which writes nothing', async () => {
    const { code, printed } = await init('--print');
    expect(code).toBe(exitCodes.ok);
    expect(printed).toMatch(/run: pytest tests/);
    expect(written('longhaul.yaml')).toBe('mine\n');
    expect(existsSync(join(root, 'requirements-longhaul.txt'))).toBe(false);
  });
});

test('outside of git it is told how to go on', async () => {
  root = folder;
  expect(await init('--yes')).toMatchObject({
    code: exitCodes.notFound,
    printed: expect.stringContaining('git init') as string,
  });
});

test('the operator’s file serves the project from then on, with its comments, and workers notice', async () => {
  const server = join(folder, 'longhaul.server.yaml');
  const text =
    '# ours\nversion: 1\nprojects: {} # none yet\nsecrets:\n  # of the vault\n  TOKEN: { env: TOKEN }\n';
  writeFileSync(server, text);
  const seenByWorker = followServerConfig(server);
  expect(seenByWorker().projects).toEqual({});
  const repository = createRepository(root);
  repository.commit({ 'tests/test_a.py': aTest });
  repository.git('remote', 'add', 'origin', 'git@github.com:acme/churn.git');

  const { printed } = await init('--yes');
  expect(printed).toMatch(/serves it now, from file:/);
  expect(loadServerConfig(server).projects).toEqual({ 'acme/churn': { url: repository.url } });
  expect(seenByWorker().projects).toEqual({ 'acme/churn': { url: repository.url } });
  const now = readFileSync(server, 'utf8');
  for (const comment of ['# ours', '# none yet', '# of the vault']) expect(now).toContain(comment);

  writeFileSync(server, 'version: nonsense\n');
  expect(seenByWorker().projects, 'what was valid goes on to hold').toHaveProperty('acme/churn');
});
