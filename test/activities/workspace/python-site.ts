import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createPythonEnvironments } from '../../../activities/workspace/python-environments.ts';
import type { Checkouts, PythonEnvironments, PythonRequest } from '../../../core/ports/workspace.ts';
import { homePaths, type HomePaths } from '../../../local/home.ts';
import { findTools } from '../../../local/tools.ts';

/** A repository as a plain folder, whose state now stands for the commit, and an index of a few tiny packages. */
export interface PythonSite {
  readonly home: HomePaths;
  readonly environments: PythonEnvironments;
  /** How often code was checked out. */
  readonly checkouts: () => number;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Lets uv ask the package index for build tools and the like, and keep them where the machine keeps its own. */
  readonly reachIndex: () => void;
  /** Adds a package to the folder that stands for an index. */
  readonly publish: (name: string, version: string, module?: string) => void;
  /** That folder. */
  readonly index: string;
  readonly code: string;
  readonly request: (given: Partial<PythonRequest>) => PythonRequest;
  /** Another worker's view: the same store and sources, with a home of its own. */
  readonly elsewhere: (home: string) => PythonEnvironments;
  readonly remove: () => void;
}

export function createPythonSite(): PythonSite {
  const root = mkdtempSync(join(tmpdir(), 'longhaul-python-'));
  const [code, index] = [join(root, 'code'), join(root, 'index')];
  for (const folder of [code, index]) mkdirSync(folder);
  vi.stubEnv('UV_NO_INDEX', '1').stubEnv('UV_FIND_LINKS', index);
  let checkouts = 0;
  const standIn: Checkouts = {
    checkout: async (_commit, to) => {
      checkouts += 1;
      await cp(code, to, { recursive: true });
    },
    remove: (_project, path) => rm(path, { recursive: true, force: true }),
    list: async () => {
      const files = await readdir(code, { recursive: true });
      const ids = files.map(async (file) => {
        const { mtimeMs } = await stat(join(code, file));
        return [file, `100644 ${mtimeMs}`] as const;
      });
      return Object.fromEntries(await Promise.all(ids));
    },
    read: (_commit, path) => readFile(join(code, path), 'utf8').catch(() => null),
  };
  const home = homePaths(join(root, 'home'));
  const store = createArtifactStore({ store: {}, home });
  const elsewhere = (folder: string): PythonEnvironments =>
    createPythonEnvironments({
      home: homePaths(join(root, folder)),
      uv: () => findTools().uv,
      checkouts: standIn,
      store,
    });
  return {
    ...{ home, code, elsewhere },
    environments: elsewhere('home'),
    checkouts: () => checkouts,
    write: (files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(code, path)), { recursive: true });
        writeFileSync(join(code, path), text);
      }
    },
    reachIndex: () => {
      const cache = execFileSync(findTools().uv, ['cache', 'dir'], { encoding: 'utf8' }).trim();
      vi.stubEnv('UV_NO_INDEX', '').stubEnv('UV_CACHE_DIR', cache);
    },
    publish: (name, version, module) => {
      writeWheel(index, name, version, module);
    },
    index,
    request: (given) => ({
      ...{ commit: { project: 'acme/model', commit: 'now' }, requirements: [], extras: [], groups: [] },
      ...given,
    }),
    remove: () => {
      vi.unstubAllEnvs();
      rmSync(root, { recursive: true, maxRetries: 3 });
    },
  };
}

/** Runs a line of Python in the environment, and what it prints. */
export const pythonIn = (environment: string, line: string): string =>
  execFileSync(join(environment, 'bin', 'python'), ['-c', line], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** Puts a package with one module and one program into a folder that stands for an index. */
export function writeWheel(folder: string, name: string, version: string, module = name): void {
  execFileSync('python3', ['-c', makeWheel, folder, name, version, module]);
}

/** Puts the pip that comes with Python there. */
export function writePip(folder: string): void {
  execFileSync('python3', ['-c', copyPip, folder]);
}

const copyPip = `
import ensurepip, pathlib, shutil, sys
for wheel in pathlib.Path(ensurepip.__file__).parent.glob('_bundled/pip-*.whl'):
    shutil.copy(wheel, sys.argv[1])
`;

/** A wheel with one module and one program, so that uv needs no index. */
const makeWheel = `
import sys, zipfile
folder, name, version, module = sys.argv[1:]
with zipfile.ZipFile(f'{folder}/{name}-{version}-py3-none-any.whl', 'w') as wheel:
    info = f'{name}-{version}.dist-info'
    wheel.writestr(f'{module}.py', f'''
version = '{version}'
def main():
    import importlib, sys
    print(*[importlib.import_module(name).__name__ for name in sys.argv[1:]])
''')
    wheel.writestr(f'{info}/METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n')
    wheel.writestr(f'{info}/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(f'{info}/entry_points.txt', f'[console_scripts]\\n{name} = {module}:main\\n')
    wheel.writestr(f'{info}/RECORD', '')
`;

/** Files of a package that builds itself, without a build tool from an index. */
export function selfBuiltPackage(
  folder: string,
  name: string,
  project: string,
): Readonly<Record<string, string>> {
  return {
    [join(folder, 'pyproject.toml')]: `[project]
name = "${name}"
version = "0.1.0"
${project}
[build-system]
requires = []
build-backend = "backend"
backend-path = ["build"]
`,
    [join(folder, 'build', 'backend.py')]: backend(name),
    [join(folder, 'src', name, '__init__.py')]: 'size = 1\n',
  };
}

const backend = (name: string): string => `
import os, zipfile
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = '${name}-0.1.0-py3-none-any.whl'
    info = '${name}-0.1.0.dist-info'
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), 'w') as file:
        file.writestr('${name}.pth', os.path.abspath('src') + '\\n')
        file.writestr(f'{info}/METADATA', 'Metadata-Version: 2.1\\nName: ${name}\\nVersion: 0.1.0\\n')
        file.writestr(f'{info}/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        file.writestr(f'{info}/RECORD', '')
    return wheel
`;
