import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepFiles } from '../../../activities/steps/step-files.ts';
import { createWorkspace, type Workspace } from '../../../activities/workspace/index.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import type { PythonEnvironments } from '../../../core/ports/workspace.ts';
import { homePaths } from '../../../local/home.ts';
import { createRepository } from '../workspace/repository.ts';
import { project } from './step-site.ts';

let folder: string;
let commit: string;
let checkouts: Workspace['checkouts'];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-step-files-'));
  const repository = createRepository(join(folder, 'origin'));
  commit = repository.commit({
    'README.md': 'one',
    LICENSE: 'two',
    'pyproject.toml': '[project]\nname = "a"\nreadme = "README.md"\n[tool.x]\nfile = "docs/x.md"',
    'docs/x.md': '',
    'docs/y.md': '',
    'libs/b/setup.cfg': '[metadata]\nlong_description = file: ABOUT.rst',
    'libs/b/ABOUT.rst': '',
    'requirements/dev.txt': '-e .',
    'src/a.py': '',
    '.dvc/config': '',
    '.dvc/.gitignore': '',
    'data/sample.dvc': '',
    'data/full.dvc': '',
    'dvc.yaml': '',
    'dvc.lock': '',
  });
  const home = homePaths(join(folder, 'home'));
  ({ checkouts } = createWorkspace({
    ...{ home, store: createArtifactStore({ home }), secrets: {}, uv: () => 'uv' },
    projects: () => ({ [project]: { url: repository.url } }),
  }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Given = Partial<Parameters<typeof stepFiles>[2]>;

/** What a step sees, when its requirements name `local` as packages of the repository. */
async function seen(step: Given, local: readonly string[] = []): Promise<readonly string[]> {
  const pythonEnvironments = {
    lock: () => Promise.resolve({ digest: '', version: '', packages: 0, local }),
  } as Partial<PythonEnvironments> as PythonEnvironments;
  const given = { inputs: ['src'], requirements: [], data: [], ...step };
  const { patterns } = await stepFiles({ checkouts, pythonEnvironments }, { project, commit }, given);
  return Object.keys(await checkouts.list({ project, commit }, patterns));
}

test.each<[string, Given, readonly string[], readonly string[]]>([
  ['its inputs alone', {}, [], []],
  [
    'the requirements that it names',
    { requirements: ['./requirements/dev.txt'] },
    [],
    ['requirements/dev.txt'],
  ],
  ['what DVC reads to pull its data', { data: ['data/sample/'] }, [], ['.dvc/config', 'data/sample.dvc']],
  [
    'all stages of DVC for an output of one',
    { data: ['models'] },
    [],
    ['.dvc/config', 'dvc.lock', 'dvc.yaml'],
  ],
  [
    'what installing its own package reads',
    { requirements: ['requirements/dev.txt'], install: ['.'] },
    [],
    ['README.md', 'docs/x.md', 'pyproject.toml', 'requirements/dev.txt'],
  ],
  [
    'what a package in a folder names beside it',
    { install: ['libs/b'] },
    [],
    ['libs/b/ABOUT.rst', 'libs/b/setup.cfg'],
  ],
  [
    'a package that requirements name, where it is seen',
    { requirements: ['pyproject.toml'] },
    ['.'],
    ['README.md', 'docs/x.md', 'pyproject.toml'],
  ],
  [
    'nothing of a package that requirements name, where it is not',
    { requirements: ['requirements/dev.txt'] },
    ['.'],
    ['requirements/dev.txt'],
  ],
])('a step sees %s', async (_what, step, local, expected) => {
  expect(await seen(step, local)).toEqual([...expected, 'src/a.py'].toSorted());
});

test('a step without inputs sees the whole commit', async () => {
  const places = { checkouts, pythonEnvironments: {} as PythonEnvironments };
  const step = { requirements: [], data: ['data/sample'], install: ['.'] };
  expect(await stepFiles(places, { project, commit }, step)).toEqual({ named: [] });
});
