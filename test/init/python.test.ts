import { describe, expect, test } from 'vitest';
import { projectOfUrl } from '../../client/init/identity.ts';
import { aTest, planOf, stepOf, workflow } from './view.ts';
import type { Files } from './view.ts';

const ci = '.github/workflows/ci.yml';
const tests = { 'tests/test_a.py': aTest };
const pythonOf = (files: Files) => planOf({ ...tests, ...files }).python;
const toml = (...lines: readonly string[]): string => lines.join('\n');

const project = toml(
  '[project]',
  'name = "churn"',
  'dependencies = ["scikit-learn"]',
  '[project.optional-dependencies]',
  'docs = ["sphinx"]',
  'test = ["pytest>=8", "pytest-cov"]',
  'all = ["churn[docs,test]", "ruff"]',
  '[build-system]',
  'requires = ["setuptools"]',
);

describe('the environment', () => {
  test('of requirements files is those for development, unless they include the others', () => {
    expect(pythonOf({ 'requirements.txt': 'numpy\n', 'requirements-dev.txt': 'pytest\n' })).toMatchObject({
      requirements: ['requirements.txt', 'requirements-dev.txt'],
      added: [],
      install: [],
      env: { PYTHONPATH: '.' },
    });
    const including = { 'requirements/base.txt': 'numpy\n', 'requirements/dev.txt': '-r base.txt\npytest\n' };
    expect(pythonOf(including).requirements).toEqual(['requirements/dev.txt']);
  });

  test('has what the automation installs by name, and what nothing names', () => {
    const python = pythonOf({
      'requirements.txt': 'numpy\n',
      [ci]: workflow(['pip install -r requirements.txt pytest==8.3 flake8', 'pytest -n 2 tests']),
    });
    expect(python.requirements).toEqual(['requirements.txt', 'requirements-longhaul.txt']);
    expect(python.added).toEqual(['pytest==8.3', 'pytest-xdist']);
  });

  test('of pyproject.toml has the extras for tests, and the project installed', () => {
    expect(pythonOf({ 'pyproject.toml': project })).toMatchObject({
      requirements: ['pyproject.toml'],
      extras: ['test'],
      install: ['.'],
      env: {},
    });
  });

  test('has the extras that the automation installs, and the smallest one that has a tool which is needed', () => {
    const files = {
      'pyproject.toml': project,
      [ci]: workflow(['pip install -e ".[test]"', 'pytest', 'ruff check .']),
    };
    expect(pythonOf(files)).toMatchObject({ extras: ['test', 'all'], added: [] });
  });

  test('of uv.lock has the groups that uv would install, with those that they include', () => {
    const groups = '\n[dependency-groups]\nlint = ["ruff"]\ndev = ["pytest", {include-group = "lint"}]\n';
    const files = {
      'pyproject.toml': project.replace('test = ["pytest>=8", "pytest-cov"]', '') + groups,
      'uv.lock': '',
      [ci]: workflow(['uv sync --locked', 'uv run pytest', 'uvx ruff@0.9.0 check .']),
    };
    expect(pythonOf(files)).toMatchObject({
      requirements: ['uv.lock'],
      groups: ['dev'],
      extras: [],
      install: ['.'],
      added: [],
    });
  });

  test('of poetry.lock has all groups that are not optional', () => {
    const text = toml(
      '[tool.poetry]',
      'name = "churn"',
      '[tool.poetry.dependencies]',
      'python = "^3.11"',
      '[tool.poetry.group.test.dependencies]',
      'pytest = "*"',
      '[tool.poetry.group.docs]',
      'optional = true',
      '[tool.poetry.group.docs.dependencies]',
      'sphinx = "*"',
      '[build-system]',
      'requires = ["poetry-core"]',
    );
    expect(pythonOf({ 'pyproject.toml': text, 'poetry.lock': '' })).toMatchObject({
      requirements: ['poetry.lock'],
      groups: ['test'],
      install: ['.'],
    });
    const unpackaged = text.replace('name = "churn"', 'name = "churn"\npackage-mode = false');
    expect(pythonOf({ 'pyproject.toml': unpackaged, 'poetry.lock': '' }).install).toEqual([]);
  });

  test('of setup.py has its extras, also where their lists are variables', () => {
    const setup = `tests = ["pytest", "pytest-mock"]\nsetup(name="churn", install_requires=["numpy"], extras_require={"dev": tests, "plot": ["matplotlib"]})\n`;
    expect(pythonOf({ 'setup.py': setup })).toMatchObject({
      requirements: ['setup.py'],
      extras: ['dev'],
      install: ['.'],
      added: [],
    });
  });

  test('of setup.cfg likewise', () => {
    const cfg =
      '[metadata]\nname = churn\n[options]\ninstall_requires =\n    numpy\n[options.extras_require]\ntest =\n    pytest\n';
    expect(
      pythonOf({ 'setup.cfg': cfg, 'setup.py': 'from setuptools import setup\nsetup()\n' }),
    ).toMatchObject({
      requirements: ['setup.py'],
      extras: ['test'],
    });
  });

  test('of conda names its packages for pip, and tells it', () => {
    const conda =
      'dependencies:\n- python=3.12\n- conda-forge::numpy=1.26\n- pytorch>=2\n- pip:\n  - mlflow==3.1\n';
    const python = pythonOf({ 'environment.yml': conda });
    expect(python.added).toEqual(['numpy==1.26.*', 'torch>=2', 'mlflow==3.1', 'pytest']);
    expect(python.version).toBe('3.12');
    expect(python.why.join(' ')).toMatch(/environment\.yml is a file of conda, which is not used/);
  });
});

test.each([
  [['3.10', '3.11', '3.13'], '3.11'],
  [['3.10', '3.12'], '3.12'],
  [['3.13'], undefined],
])('tested with %j, it is %s where there are 3.11 and 3.12', (versions, expected) => {
  const file = workflow(['pytest'], {
    strategy: { matrix: { python: versions } },
    steps: [
      { uses: 'actions/setup-python@v5', with: { 'python-version': '${{ matrix.python }}' } },
      { run: 'pytest' },
    ],
  });
  const python = pythonOf({ [ci]: file });
  expect(python.version).toBe(expected);
  if (expected === undefined)
    expect(python.why.join(' ')).toMatch(/Python 3\.13, which is not on this machine/);
});

describe('the inputs', () => {
  const files = {
    ...tests,
    'pyproject.toml': project.replace('name = "churn"', 'name = "churn"\nreadme = "README.md"'),
    'README.md': '',
    'CHANGES.md': '',
    'docs/index.rst': '',
  };

  test('leave out what is for people, and keep the readme that the packaging reads', () => {
    expect(planOf(files).inputs?.patterns).toEqual([
      '.',
      '!**/*.md',
      '!**/*.rst',
      '!docs',
      '!longhaul.yaml',
      'README.md',
    ]);
  });

  test('keep what a test reads', () => {
    const reading = `${aTest}DOCS = Path("docs") / "index.rst"\n`;
    expect(planOf({ ...files, 'tests/test_docs.py': reading }).inputs?.patterns).toEqual([
      '.',
      '!**/*.md',
      '!longhaul.yaml',
      'README.md',
    ]);
  });
});

test('a repository in which nothing is found to run is at least compiled', () => {
  expect(stepOf(planOf({ 'model.py': 'x = 1\n' }), 'compiles').run).toEqual(['python -m compileall -q .']);
});

test('what a Dockerfile installs on the machine is told', () => {
  const docker =
    'FROM python:3.11\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n  libgomp1 git \\\n  && rm -rf /var\n';
  expect(planOf({ Dockerfile: docker }).notes.join()).toContain('it installs libgomp1, git,');
});

test.each([
  ['git@github.com:acme/churn.git', 'acme/churn'],
  ['https://token@git.example.org/group/acme/churn', 'acme/churn'],
  ['ssh://git@host:22/acme/churn.git/', 'acme/churn'],
  ['/srv/git/churn.git', null],
  ['file:///srv/git/churn.git', null],
])('the project of %s is %s', (url, expected) => {
  expect(projectOfUrl(url)).toBe(expected);
});
