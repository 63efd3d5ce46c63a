import { describe, expect, test } from 'vitest';
import { commandsOf, toLine } from '../../client/init/shell-words.ts';
import { aTest, planOf, stepOf, workflow } from './view.ts';

const ci = '.github/workflows/ci.yml';
const runOf = (command: string, files: Readonly<Record<string, string>> = {}): readonly string[] =>
  stepOf(planOf({ [ci]: workflow([command]), 'tests/test_a.py': aTest, ...files }), 'tests').run;
const lintOf = (...lines: readonly string[]): readonly string[] =>
  stepOf(planOf({ [ci]: workflow(lines), 'a.py': '' }), 'lint').run;

describe('tests', () => {
  const junit = '--junitxml=$LONGHAUL_OUTPUT_DIR/tests.xml';

  test.each([
    ['pytest tests', `pytest tests ${junit}`],
    ['python -m pytest -m "not slow" tests', `pytest -m 'not slow' tests ${junit}`],
    ['uv run --frozen --extra dev pytest -n auto', `pytest -n auto ${junit}`],
    ['poetry run pytest --junitxml=out.xml --color=yes', `pytest ${junit}`],
    ['coverage run --source=a -m pytest a && coverage xml', `pytest a ${junit}`],
    ['.venv/bin/pytest -k "fast" | tee log', `pytest tests ${junit}`],
    ['pytest ${{ matrix.folder }}', `pytest tests ${junit}`],
    [
      'pytest --cov=a --cov-report term --cov-report=xml tests',
      `pytest --cov=a tests --cov-report=xml:$LONGHAUL_OUTPUT_DIR/coverage.xml ${junit}`,
    ],
  ])('%s', (line, expected) => {
    expect(runOf(line, { 'a/b.py': '' })).toEqual([expected]);
  });

  test('are found behind make and tox', () => {
    const makefile =
      'ARGS = -x\ntest: install\n\tpytest $(ARGS) tests\ninstall:\n\tpip install -r requirements.txt\n';
    expect(runOf('make test', { Makefile: makefile })).toEqual([`pytest -x tests ${junit}`]);
    const tox = '[testenv]\ndeps =\n  pytest\ncommands =\n  pytest {posargs:tests}\n';
    expect(runOf('tox', { 'tox.ini': tox })).toEqual([`pytest tests ${junit}`]);
  });

  test('of several folders are several steps, with the environment and the time of their job', () => {
    const file = workflow(['pytest tests/unit', 'pytest tests/features'], {
      env: { MODE: 'ci', TOKEN: '${{ secrets.TOKEN }}', PIP_INDEX_URL: 'https://x' },
      'timeout-minutes': 90,
    });
    const plan = planOf({ [ci]: file, 'tests/unit/test_a.py': aTest, 'tests/features/test_b.py': aTest });
    expect(plan.steps.map(({ name }) => name)).toEqual(['unit-tests', 'features-tests']);
    expect(stepOf(plan, 'unit-tests')).toMatchObject({ env: { MODE: 'ci' }, timeout: '90m' });
  });

  test('without automation come from the folders, without those that need a server', () => {
    const plan = planOf({
      'tests/unit/test_a.py': aTest,
      'tests/integration/test_api.py': aTest,
      'pytest.ini': '[pytest]\naddopts = --cov=churn\n',
      'setup.cfg': '[coverage:report]\nfail_under = 85\n',
    });
    expect(stepOf(plan, 'tests')).toMatchObject({
      run: [expect.stringContaining('pytest tests --ignore=tests/integration --cov-report=xml:') as string],
      coverage: { minimum: 85 },
    });
    expect(plan.python.added).toEqual(['pytest', 'pytest-cov']);
  });

  test('of a workflow that runs for releases alone are not taken', () => {
    const release = JSON.stringify({ on: 'release', jobs: { a: { steps: [{ run: 'pytest --slow' }] } } });
    expect(runOf('pytest tests', { '.github/workflows/a.yml': release })).toEqual([`pytest tests ${junit}`]);
  });
});

describe('lint', () => {
  test('only looks, whatever the project’s own command would change', () => {
    expect(
      lintOf('ruff check --fix src', 'ruff format src', 'black src', 'isort src', 'mypy src --install-types'),
    ).toEqual([
      'ruff check src',
      'ruff format --check src',
      'black --check src',
      'isort --check-only src',
      'mypy src',
    ]);
  });

  test('leaves out what is no judgement, and what is run twice', () => {
    expect(lintOf('flake8 . --exit-zero', 'flake8 src', 'flake8 src', 'ruff --version')).toEqual([
      'flake8 src',
    ]);
  });

  test('takes an action for the command that it is', () => {
    const steps = [{ uses: 'psf/black@stable', with: { options: '--check --diff', src: './src' } }];
    const plan = planOf({ [ci]: JSON.stringify({ on: 'push', jobs: { a: { steps } } }), 'a.py': '' });
    expect(stepOf(plan, 'lint').run).toEqual(['black --check ./src']);
  });

  const hooks = (more: string): string =>
    `repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit\n  rev: v0.11.2\n  hooks:\n  - id: ruff\n    args: [--fix]\n${more}`;

  test('from pre-commit has the version of the hook, where all files are known to pass', () => {
    const plan = planOf({
      [ci]: workflow(['pre-commit run --all-files']),
      '.pre-commit-config.yaml': hooks(''),
    });
    expect(stepOf(plan, 'lint').run).toEqual(['ruff check .']);
    expect(plan.python.added).toEqual(['ruff==0.11.2']);
  });

  test.each([
    ['nothing runs it', { '.pre-commit-config.yaml': hooks('') }],
    [
      'the hook chooses its files',
      { [ci]: workflow(['pre-commit run -a']), '.pre-commit-config.yaml': hooks('    exclude: ^docs\n') },
    ],
    ['there is only a configuration', { 'pyproject.toml': '[tool.ruff]\nline-length = 88\n' }],
  ])('is a comment where %s', (_, files) => {
    expect(stepOf(planOf({ ...files, 'a.py': '' }), 'lint').asComment).toBe(true);
  });
});

describe('training', () => {
  const script = (options: string): string =>
    `import argparse\np = argparse.ArgumentParser()\n${options}\nif __name__ == "__main__":\n    p.parse_args()\n`;

  test.each([
    ['a short run', 'p.add_argument("--max-epochs", type=int, default=50)', 'python train.py --max-epochs 1'],
    ['a switch', 'p.add_argument("--fast-dev-run", action="store_true")', 'python train.py --fast-dev-run'],
    ['no option', '', 'python train.py'],
  ])('of a script with %s', (_, options, expected) => {
    const step = stepOf(planOf({ 'train.py': script(options), 'tests/test_a.py': aTest }), 'train-sample');
    expect(step).toMatchObject({ run: [expected], needs: ['tests'] });
    expect(step.asComment).toBeUndefined();
  });

  test.each([
    ['an argument', 'p.add_argument("data")'],
    ['a required option', 'p.add_argument("--data", required=True)'],
    ['data that is nowhere', 'import pandas as pd\npd.read_csv("data/train.csv")'],
  ])('of a script with %s is a comment', (_, options) => {
    expect(stepOf(planOf({ 'src/train.py': script(options) }), 'train-sample').asComment).toBe(true);
  });

  test('of MLproject is its main entry point with the defaults', () => {
    const project = {
      entry_points: {
        main: { parameters: { alpha: { type: 'float', default: 0.5 } }, command: 'python train.py {alpha}' },
        score: { command: 'python score.py' },
      },
    };
    const plan = planOf({ MLproject: JSON.stringify(project), 'train.py': '' });
    expect(stepOf(plan, 'train-sample').run).toEqual(['python train.py 0.5']);
    expect(plan.notes.join()).toMatch(/score is not taken over/);
  });
});

describe('a pipeline of DVC', () => {
  const pipeline = {
    stages: {
      Prepare: { cmd: 'python prepare.py ${split}', deps: ['data/raw.csv'], outs: ['data/clean'] },
      train: {
        cmd: 'python train.py',
        deps: ['data/clean/train.csv'],
        outs: [{ 'model.pkl': { cache: false } }],
        metrics: ['metrics.json'],
      },
    },
  };
  const files = {
    'dvc.yaml': JSON.stringify(pipeline),
    'params.yaml': 'split: 0.2\n',
    'data/raw.csv.dvc': 'outs:\n- md5: 1f\n  hash: md5\n  path: raw.csv\n',
    'prepare.py': '',
  };
  const remote = '[core]\n    remote = store\n["remote \\"store\\""]\n'.replace(
    '["remote \\"store\\""]',
    `['remote "store"']`,
  );

  test('is a step a stage, which needs, pulls and leaves what the stage does', () => {
    const plan = planOf({ ...files, '.dvc/config': `${remote}    url = s3://bucket/data\n` });
    expect(plan.steps).toMatchObject([
      { name: 'prepare', run: ['python prepare.py 0.2'], data: ['data/raw.csv'], outputs: ['data/clean'] },
      { name: 'train', needs: ['prepare'], outputs: ['model.pkl', 'metrics.json'] },
    ]);
    expect(plan.python.added).toEqual(['dvc[s3]']);
    expect(plan.notes.join(' ')).toMatch(/credentials.*secrets/);
  });

  test('without a remote is all comments, and nothing that waits for a comment', () => {
    const plan = planOf(files);
    expect(plan.steps.map(({ name, asComment }) => [name, asComment ?? false])).toEqual([
      ['prepare', true],
      ['train', true],
      ['compiles', false],
    ]);
  });
});

test('a line of shell is read as far as it is one simple command', () => {
  const script = `
    # a comment
    A=1 pytest "a b" 'c' \\
      -k x # not this
    if [ -f x ]; then
    cat x | grep y
    echo $(date) > z
    make lint && make test
  `;
  expect(commandsOf(script).map(({ words }) => toLine(words))).toEqual([
    "pytest 'a b' c -k x",
    'make lint',
    'make test',
  ]);
});
