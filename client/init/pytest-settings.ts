import type { RepositoryView } from './repository-view.ts';
import { readIni, readToml, tableAt, textOf, textsOf, valueAt } from './structured-files.ts';
import { wordsOf } from './shell-words.ts';

/** What the repository's configuration says of pytest and of coverage. */
export interface PytestSettings {
  /** The file that configures pytest, if one does. */
  readonly from?: string;
  readonly testpaths: readonly string[];
  readonly addopts: readonly string[];
  /** Percent that coverage must reach by the project's own configuration. */
  readonly coverageMinimum?: number;
}

/** Reads pytest.ini, pyproject.toml, tox.ini and setup.cfg, in the order in which pytest does. */
export function pytestSettings({ read }: RepositoryView): PytestSettings {
  const pyproject = readToml(read('pyproject.toml'));
  const options = tableAt(pyproject, 'tool', 'pytest', 'ini_options');
  const written = [
    ['pytest.ini', readIni(read('pytest.ini'))['pytest']],
    ['pyproject.toml', Object.keys(options).length === 0 ? undefined : options],
    ['tox.ini', readIni(read('tox.ini'))['pytest']],
    ['setup.cfg', readIni(read('setup.cfg'))['tool:pytest']],
  ] as const;
  const [from, settings = {}] = written.find(([, section]) => section !== undefined) ?? [];
  const list = (key: string): readonly string[] => {
    const value: unknown = settings[key];
    if (Array.isArray(value)) return textsOf(value);
    return wordsOf(textOf(value).replaceAll('\n', ' ').trim()) ?? [];
  };
  const minimum = Number(
    valueAt(pyproject, 'tool', 'coverage', 'report', 'fail_under') ??
      readIni(read('.coveragerc'))['report']?.['fail_under'] ??
      readIni(read('setup.cfg'))['coverage:report']?.['fail_under'] ??
      Number.NaN,
  );
  return {
    ...(from === undefined ? {} : { from }),
    testpaths: list('testpaths'),
    addopts: list('addopts'),
    ...(Number.isFinite(minimum) ? { coverageMinimum: minimum } : {}),
  };
}

const plugins: readonly (readonly [RegExp, string])[] = [
  [/^--cov(=|-|$)|^--no-cov/, 'pytest-cov'],
  [/^(-n|--numprocesses|--dist)(=|$|\d|auto)/, 'pytest-xdist'],
  [/^--(only-)?rerun/, 'pytest-rerunfailures'],
  [/^--timeout/, 'pytest-timeout'],
  [/^--benchmark/, 'pytest-benchmark'],
  [/^--nbval/, 'nbval'],
  [/^--nbmake/, 'nbmake'],
  [/^--mpl/, 'pytest-mpl'],
  [/^--randomly/, 'pytest-randomly'],
  [/^--asyncio-mode/, 'pytest-asyncio'],
  [/^--(splits|group|splitting)/, 'pytest-split'],
  [/^--mypy/, 'pytest-mypy'],
  [/^--flake8/, 'pytest-flake8'],
  [/^--black/, 'pytest-black'],
  [/^--hypothesis/, 'hypothesis'],
  [/^--html/, 'pytest-html'],
  [/^--durations-path|^--store-durations/, 'pytest-split'],
];

/** Packages that these options of pytest come from. */
export const pluginsFor = (words: readonly string[]): readonly string[] => [
  ...new Set(
    words.flatMap((word) => plugins.filter(([pattern]) => pattern.test(word)).map(([, plugin]) => plugin)),
  ),
];

const testLibraries: readonly (readonly [RegExp, string])[] = [
  [/^\s*(?:from|import) hypothesis\b/m, 'hypothesis'],
  [/^\s*(?:from|import) parameterized\b/m, 'parameterized'],
  [/^\s*(?:from|import) responses\b/m, 'responses'],
  [/^\s*(?:from|import) freezegun\b/m, 'freezegun'],
  [/^\s*(?:from|import) httpx\b/m, 'httpx'],
  [/\bdef test\w*\([^)]*\bmocker\b/, 'pytest-mock'],
  [/\bdef test\w*\([^)]*\bbenchmark\b/, 'pytest-benchmark'],
  [/@pytest\.mark\.asyncio/, 'pytest-asyncio'],
];

/** Libraries for tests that these sources use. */
export const testLibrariesIn = (sources: readonly string[]): readonly string[] =>
  testLibraries.filter(([pattern]) => sources.some((text) => pattern.test(text))).map(([, name]) => name);
