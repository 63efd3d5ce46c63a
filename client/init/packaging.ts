import type { RepositoryView } from './repository-view.ts';
import { readIni, readToml, tableAt, textOf, textsOf, valueAt } from './structured-files.ts';
import type { Table } from './structured-files.ts';

/** What the root of the repository says of itself as a Python project. */
export interface Packaging {
  /** The file that the environment is best made of; absent where only requirements files are. */
  readonly source?: 'uv.lock' | 'poetry.lock' | 'pyproject.toml' | 'setup.py' | 'setup.cfg';
  readonly name?: string;
  readonly dependencies: readonly string[];
  /** Requirements by name of the extra, and of the dependency group. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Groups that the project's own tool installs unless told otherwise. */
  readonly defaultGroups: readonly string[];
  /** Whether the project can be installed. */
  readonly isPackage: boolean;
  /** Whether installing it compiles: extensions in C, Cython, Rust. */
  readonly compiles: boolean;
  /** Files that its build reads, such as the readme. */
  readonly read: readonly string[];
}

/** Reads pyproject.toml, setup.cfg and setup.py without running any of it. */
export function readPackaging(view: RepositoryView): Packaging {
  const has = (path: string): boolean => view.files.includes(path);
  const pyproject = readToml(view.read('pyproject.toml'));
  const cfg = readIni(view.read('setup.cfg'));
  const setup = view.read('setup.py') ?? '';
  const poetry = tableAt(pyproject, 'tool', 'poetry');
  const project = tableAt(pyproject, 'project');
  const groups = { ...dependencyGroups(pyproject), ...poetryGroups(poetry) };
  const name =
    project['name'] ??
    poetry['name'] ??
    cfg['metadata']?.['name'] ??
    /\bname\s*=\s*["']([\w.-]+)/.exec(setup)?.[1];
  const source = sourceOf({ has, project, poetry, cfg });
  return {
    ...(source === undefined ? {} : { source }),
    ...(typeof name === 'string' ? { name } : {}),
    dependencies: [
      ...textsOf(project['dependencies']),
      ...poetryRequirements(tableAt(poetry, 'dependencies')),
      ...linesOf(cfg['options']?.['install_requires']),
      ...textsIn(setup, /install_requires\s*=\s*\[([^\]]*)\]/),
    ],
    extras: {
      ...listsOf(tableAt(project, 'optional-dependencies')),
      ...listsOf(tableAt(poetry, 'extras')),
      ...Object.fromEntries(
        Object.entries(cfg['options.extras_require'] ?? {}).map(([name, text]) => [name, linesOf(text)]),
      ),
      ...extrasOfSetup(setup),
    },
    groups,
    defaultGroups: defaultGroupsOf(source, pyproject, groups),
    isPackage: isPackage({ has, pyproject, project, poetry, cfg, setup }),
    compiles: /ext_modules|cythonize|CMakeExtension|RustExtension/.test(setup) || compilingBackend(pyproject),
    read: filesRead(view, pyproject, setup),
  };
}

function sourceOf({
  has,
  project,
  poetry,
  cfg,
}: {
  readonly has: (path: string) => boolean;
  readonly project: Table;
  readonly poetry: Table;
  readonly cfg: ReturnType<typeof readIni>;
}): Packaging['source'] {
  if (has('uv.lock')) return 'uv.lock';
  if (has('poetry.lock')) return 'poetry.lock';
  const dynamic = textsOf(project['dynamic']).includes('dependencies');
  if ('dependencies' in project || dynamic || 'dependencies' in poetry) return 'pyproject.toml';
  if (cfg['options']?.['install_requires'] !== undefined) return has('setup.py') ? 'setup.py' : 'setup.cfg';
  return has('setup.py') ? 'setup.py' : undefined;
}

const listsOf = (table: Table): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, textsOf(value)]));

const linesOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** PEP 735; a group that includes another has its requirements as well. */
function dependencyGroups(pyproject: Table): Readonly<Record<string, readonly string[]>> {
  const groups = tableAt(pyproject, 'dependency-groups');
  const resolve = (name: string, seen: readonly string[]): readonly string[] => {
    const group = groups[name];
    if (!Array.isArray(group) || seen.includes(name)) return [];
    return group.flatMap((item: unknown) => {
      if (typeof item === 'string') return [item];
      const included = valueAt({ item }, 'item', 'include-group');
      return typeof included === 'string' ? resolve(included, [...seen, name]) : [];
    });
  };
  return Object.fromEntries(Object.keys(groups).map((name) => [name, resolve(name, [])]));
}

function poetryGroups(poetry: Table): Readonly<Record<string, readonly string[]>> {
  const groups = Object.entries(tableAt(poetry, 'group')).map(([name]): [string, readonly string[]] => [
    name,
    poetryRequirements(tableAt(poetry, 'group', name, 'dependencies')),
  ]);
  const dev = poetryRequirements(tableAt(poetry, 'dev-dependencies'));
  return Object.fromEntries(dev.length === 0 ? groups : [['dev', dev], ...groups]);
}

const poetryRequirements = (table: Table): readonly string[] =>
  Object.keys(table).filter((name) => name !== 'python');

function defaultGroupsOf(
  source: Packaging['source'],
  pyproject: Table,
  groups: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  if (source === 'poetry.lock') {
    const optional = (name: string): boolean =>
      valueAt(pyproject, 'tool', 'poetry', 'group', name, 'optional') === true;
    return Object.keys(groups).filter((name) => !optional(name));
  }
  const written = valueAt(pyproject, 'tool', 'uv', 'default-groups');
  if (written === 'all') return Object.keys(groups);
  return Array.isArray(written) ? textsOf(written) : Object.keys(groups).filter((name) => name === 'dev');
}

function isPackage({
  has,
  pyproject,
  project,
  poetry,
  cfg,
  setup,
}: {
  readonly has: (path: string) => boolean;
  readonly pyproject: Table;
  readonly project: Table;
  readonly poetry: Table;
  readonly cfg: ReturnType<typeof readIni>;
  readonly setup: string;
}): boolean {
  if (poetry['package-mode'] === false || valueAt(pyproject, 'tool', 'uv', 'package') === false) return false;
  if ('build-system' in pyproject && ('name' in project || 'name' in poetry)) return true;
  const named = cfg['metadata']?.['name'] !== undefined || /\bname\s*=/.test(setup);
  return (
    (has('setup.py') && /\bsetup\s*\(/.test(setup) && named) ||
    (has('setup.cfg') && 'build-system' in pyproject && named)
  );
}

const compilingBackend = (pyproject: Table): boolean =>
  /maturin|scikit_build|mesonpy/.test(textOf(valueAt(pyproject, 'build-system', 'build-backend')));

/** String literals of the first match's group. */
function textsIn(code: string, pattern: RegExp): readonly string[] {
  const found = pattern.exec(code)?.[1] ?? '';
  return [...found.matchAll(/["']([^"'\n]+)["']/g)].map(([, text = '']) => text);
}

/** Extras of a setup.py: where the lists are variables, only their names are known. */
function extrasOfSetup(setup: string): Readonly<Record<string, readonly string[]>> {
  const body = /extras_require\s*=\s*\{([^}]*)\}/.exec(setup)?.[1] ?? '';
  const entries = [...body.matchAll(/["']([\w-]+)["']\s*:\s*(\[[^\]]*\]|[^,]*)/g)];
  return Object.fromEntries(
    entries.map(([, name = '', value = '']) => [
      name,
      value.startsWith('[')
        ? textsIn(`x=${value}`, /x=\[([^\]]*)\]/)
        : textsIn(setup, new RegExp(`^${value.trim().replaceAll(/\W/g, '')}\\s*=\\s*\\[([^\\]]*)\\]`, 'm')),
    ]),
  );
}

/** Files of the repository that the texts of pyproject.toml and setup.py name: readme, license, version. */
function filesRead(view: RepositoryView, pyproject: Table, setup: string): readonly string[] {
  const readme = valueAt(pyproject, 'project', 'readme') ?? valueAt(pyproject, 'tool', 'poetry', 'readme');
  const named = [
    ...textsOf(readme),
    ...textsOf(valueAt(pyproject, 'project', 'readme', 'file')),
    ...textsOf(valueAt(pyproject, 'project', 'license', 'file')),
    ...[...setup.matchAll(/["']([\w./-]+)["']/g)].map(([, text = '']) => text),
    ...[...(view.read('setup.cfg') ?? '').matchAll(/file:\s*([\w./, -]+)/g)].flatMap(([, list = '']) =>
      list.split(/,\s*/),
    ),
    ...[...(view.read('MANIFEST.in') ?? '').matchAll(/^(?:include)\s+(.+)$/gm)].flatMap(([, list = '']) =>
      list.split(/\s+/),
    ),
    ...dynamicFiles(pyproject),
  ];
  return [...new Set(named)].filter((path) => view.files.includes(path));
}

function dynamicFiles(pyproject: Table): readonly string[] {
  const dynamic = tableAt(pyproject, 'tool', 'setuptools', 'dynamic');
  return Object.keys(dynamic).flatMap((key) => textsOf(valueAt(dynamic, key, 'file')));
}
