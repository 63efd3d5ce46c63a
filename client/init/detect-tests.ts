import type { KnownCommand, KnownWork } from './known-commands.ts';
import { pluginsFor, pytestSettings, testLibrariesIn } from './pytest-settings.ts';
import type { PytestSettings } from './pytest-settings.ts';
import type { RepositoryView } from './repository-view.ts';
import { toLine } from './shell-words.ts';
import type { Proposal, StepProposal } from './step-proposal.ts';

/** The project's tests: as its own automation runs them, else as its configuration or its folders say. */
export function detectTests(view: RepositoryView, work: KnownWork): Proposal {
  const testFiles = view.files.filter((path) => /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(path));
  const settings = pytestSettings(view);
  const known = mainCommands(view, work);
  if (testFiles.length === 0 && known.length === 0) return { steps: [], packages: [], jobs: [] };
  const steps = known.map((command) => ofCommand(view, work, command, settings, known.length > 1));
  const proposed = steps.length > 0 ? steps : [ofFolders(testFiles, settings)];
  const words = [...known.flatMap((command) => command.words), ...settings.addopts];
  const texts = testFiles.map((path) => view.read(path) ?? '');
  const conftest = view.files
    .filter((path) => path.endsWith('conftest.py'))
    .map((path) => view.read(path) ?? '');
  return {
    steps: proposed,
    packages: ['pytest', ...pluginsFor(words), ...testLibrariesIn([...texts, ...conftest])],
    jobs: known.map(({ job }) => job),
  };
}

/** The command that tests most; with it those for other folders, if each names its own. */
function mainCommands(view: RepositoryView, { commands, jobs }: KnownWork): readonly KnownCommand[] {
  const usable = commands
    .filter(({ words }) => words[0] === 'pytest' && !words.some(isPartial))
    .map((command) => ({ ...command, words: withoutReports(command.words) }))
    .filter(({ words }) => !words.some((word) => word.includes('$')))
    .filter((command) => pathsOf(view, command).every((path) => path === '.' || !path.startsWith('docs')));
  const fromWorkflows = usable.filter(({ job }) => jobs.some(({ name }) => name === job));
  const best = fromWorkflows.length > 0 ? fromWorkflows : usable;
  const [first, ...others] = best;
  if (first === undefined) return [];
  const taken = [first];
  for (const other of others) {
    const isOther = (one: KnownCommand): boolean => {
      const [a, b] = [pathsOf(view, one), pathsOf(view, other)];
      return a.length > 0 && b.length > 0 && !a.some((path) => b.some((each) => overlaps(path, each)));
    };
    if (taken.every(isOther)) taken.push(other);
  }
  return taken;
}

const overlaps = (a: string, b: string): boolean =>
  a === b || `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

/** Runs that only look at a part, or at what is no test. */
const isPartial = (word: string): boolean =>
  /^--(collect-only|co|version|help|markers|fixtures|nbval|nbval-lax|nbmake|last-failed|lf|benchmark-only)(=|$)/.test(
    word,
  );

const reports =
  /^--(cov-report|junitxml|junit-xml|html|color|codeblocks|cov-append|cov-fail-under|report-log|github-report)(=|$)/;

/** What a run tells, and to whom, is Longhaul's matter; `--cov-report=xml` and the like go. */
function withoutReports(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => {
    const before = words[index - 1] ?? '';
    const isValue =
      reports.test(before) && !before.includes('=') && before !== '--cov-append' && !word.startsWith('-');
    return !reports.test(word) && !isValue;
  });
}

const pathsOf = ({ files }: RepositoryView, { words }: KnownCommand): readonly string[] =>
  words
    .slice(1)
    .filter((word) => !word.startsWith('-'))
    .map((word) => word.replace(/::.*$/, '').replace(/\/+$/, '').replace(/^\.\//, ''))
    .filter((path) => path === '.' || files.some((file) => file === path || file.startsWith(`${path}/`)));

function ofCommand(
  view: RepositoryView,
  { jobs }: KnownWork,
  command: KnownCommand,
  settings: PytestSettings,
  several: boolean,
): StepProposal {
  const minutes = jobs.find(({ name }) => name === command.job)?.minutes;
  const [path = 'tests'] = pathsOf(view, command);
  return {
    name: several ? nameOf(path) : 'tests',
    why: [`From ${command.from}.`],
    ...reported(command.words, settings, several ? nameOf(path) : 'tests'),
    ...ownVariables(command.env),
    ...(minutes === undefined || minutes <= 30 ? {} : { timeout: `${minutes}m` }),
  };
}

/** Variables of the command, without those that are for what installs and reports there. */
function ownVariables(env: Readonly<Record<string, string>>): Pick<StepProposal, 'env'> {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(UV|PIP|POETRY|CONDA|CODECOV|FORCE_COLOR|COLUMNS|ACTIONS|PYTHON_VERSION)(_|$)/.test(name),
  );
  return kept.length === 0 ? {} : { env: Object.fromEntries(kept) };
}

const nameOf = (path: string): string => {
  const last =
    path
      .split('/')
      .at(-1)
      ?.replace(/^test_|\.py$/g, '') ?? '';
  const plain = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' || plain === 'tests' || plain === 'test' ? 'tests' : `${plain}-tests`;
};

/** Folders of tests that need something which is not there in CI: a server, or much time. */
const elsewhere = /^.*?\btests?\/(integration|e2e|end_to_end|performance|load|benchmarks?)(?=\/)/;

function ofFolders(testFiles: readonly string[], settings: PytestSettings): StepProposal {
  const leftOut = [...new Set(testFiles.flatMap((path) => elsewhere.exec(path)?.[0] ?? []))];
  const top = [...new Set(testFiles.map((path) => path.split('/')[0] ?? ''))];
  const folders = ['tests', 'test'].filter((folder) => top.includes(folder));
  const configured = settings.testpaths.length > 0;
  const paths = configured || folders.length !== 1 ? [] : folders;
  const ignored = leftOut.length < testFiles.length ? leftOut.map((path) => `--ignore=${path}`) : [];
  const from = settings.from === undefined ? '' : `, configured in ${settings.from}`;
  return {
    name: 'tests',
    why: [
      `${testFiles.length === 1 ? '1 file' : `${testFiles.length} files`} with tests${from}.`,
      ...(ignored.length === 0 ? [] : ['Left out: tests that seem to need a server, or much time.']),
    ],
    ...reported(['pytest', ...paths, ...ignored], settings, 'tests'),
  };
}

/** With the reports that Longhaul reads; coverage where the project measures it. */
function reported(
  words: readonly string[],
  settings: PytestSettings,
  name: string,
): Pick<StepProposal, 'run' | 'junit' | 'coverage'> {
  const measures = [...words, ...settings.addopts].some((word) => /^--cov(=|$)/.test(word));
  const coverage = measures ? ['--cov-report=xml:$LONGHAUL_OUTPUT_DIR/coverage.xml'] : [];
  const junit = `${name}.xml`;
  return {
    run: [toLine([...words, ...coverage, `--junitxml=$LONGHAUL_OUTPUT_DIR/${junit}`])],
    junit,
    ...(measures ? { coverage: { minimum: settings.coverageMinimum ?? 0 } } : {}),
  };
}
