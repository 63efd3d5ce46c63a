import { posix } from 'node:path';
import { makeTargets } from './makefile.ts';
import type { RepositoryView } from './repository-view.ts';
import { commandsOf } from './shell-words.ts';
import type { ShellCommand } from './shell-words.ts';
import { readIni } from './structured-files.ts';
import { workflowJobs } from './workflows.ts';

/** A command that the project itself runs somewhere. */
export interface KnownCommand extends ShellCommand {
  /** Where it was found, for people: `.github/workflows/ci.yml`. */
  readonly from: string;
  /** Commands of one job share its environment. */
  readonly job: string;
}

/** What else a job of a workflow says. */
export interface KnownJob {
  readonly name: string;
  readonly from: string;
  /** Versions of Python that it runs with. */
  readonly pythons: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly minutes?: number;
  /** `owner/action@version`, with its inputs. */
  readonly actions: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
}

export interface KnownWork {
  readonly jobs: readonly KnownJob[];
  /** The workflows' first, then tox's, then the Makefile's; wrappers are gone: `uv run pytest` is `pytest`. */
  readonly commands: readonly KnownCommand[];
}

/** What the project's own automation runs: GitHub workflows, tox, the Makefile. */
export function knownWork(view: RepositoryView): KnownWork {
  const jobs = workflowJobs(view);
  const tox = toxCommands(view);
  const make = makeTargets(view);
  const unfold = (command: KnownCommand, depth = 0): readonly KnownCommand[] => {
    const words = withoutWrappers(command.words);
    const [program = '', ...rest] = words;
    const own = { from: command.from, job: command.job };
    if (depth > 3) return [];
    if (program === 'make') {
      const targets = rest.filter((word) => !word.startsWith('-') && !word.includes('='));
      return make
        .filter(({ name }) => targets.includes(name))
        .flatMap(({ commands, name }) =>
          commands.flatMap((inner) =>
            unfold({ ...inner, ...own, from: `${own.from} (make ${name})` }, depth + 1),
          ),
        );
    }
    if (program === 'tox') {
      const at = rest.findIndex((word) => word === '-e' || word === 'run');
      const asked = at === -1 ? '' : (rest[at + 1] ?? '');
      return tox
        .filter(
          ({ job }) =>
            asked === '' || asked.split(',').includes(job) || (isTestEnvironment(asked) && job === 'testenv'),
        )
        .flatMap((inner) => unfold({ ...inner, ...own, from: `${own.from} (tox)` }, depth + 1));
    }
    return [{ ...command, words }];
  };
  const fromMake = make.flatMap(({ name, commands }) =>
    commands.map((command) => ({ ...command, from: `Makefile (${name})`, job: `make ${name}` })),
  );
  const ofJobs = jobs.flatMap(({ commands }) => commands);
  return {
    jobs,
    commands: [...ofJobs, ...tox, ...fromMake].flatMap((command) => unfold(command)),
  };
}

const isTestEnvironment = (name: string): boolean => /^py\d*|\$\{\{/.test(name);

/** Commands of tox's environments; their `deps` are told as if they were installed by pip. */
function toxCommands({ read }: RepositoryView): readonly KnownCommand[] {
  return Object.entries(readIni(read('tox.ini')))
    .filter(([section]) => section.startsWith('testenv'))
    .flatMap(([section, { commands = '', deps = '', setenv = '' }]) => {
      const job = section.replace(/^testenv:/, '').replace(/^py\d*$/, 'testenv');
      const env = Object.fromEntries(
        [...setenv.matchAll(/^(\w+)\s*=\s*([^{}\n]+)$/gm)].map(([, name = '', value = '']) => [
          name,
          value.trim(),
        ]),
      );
      const installs = deps
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^\S+:\s/.test(line))
        .map((line) => `pip install ${line.trim().replace(/^-r(?=\S)/, '-r ')}`);
      const lines = commands.replaceAll(
        /\{posargs:?([^}]*)\}|\{envpython\}/g,
        (whole, inner: string | undefined) => (whole === '{envpython}' ? 'python' : (inner ?? '')),
      );
      return commandsOf([...installs, lines].join('\n'))
        .filter(({ words }) => !words.some((word) => word.includes('{')))
        .map((command) => ({ ...command, env: { ...env, ...command.env }, from: 'tox.ini', job }));
    });
}

const wrappers: Readonly<Record<string, readonly string[]>> = {
  uv: ['run'],
  poetry: ['run'],
  pipenv: ['run'],
  pdm: ['run'],
  hatch: ['run'],
  rye: ['run'],
};

/** `uv run --frozen pytest`, `python -m pytest`, `coverage run -m pytest` and `py.test` are `pytest`. */
function withoutWrappers(words: readonly string[]): readonly string[] {
  const [program = '', second = '', ...rest] = words;
  const name = posix.basename(program);
  if (wrappers[name]?.includes(second) === true) return withoutWrappers(withoutOptions(rest));
  if (/^python[\d.]*$/.test(name)) {
    const module = words.indexOf('-m');
    if (module > 0 && words.slice(1, module).every((word) => /^-[uBWI]/.test(word))) {
      const [tool = '', ...args] = words.slice(module + 1);
      return tool === 'pip' || tool === 'coverage' || runsAsProgram.has(tool)
        ? withoutWrappers([tool, ...args])
        : ['python', '-m', tool, ...args];
    }
    return ['python', ...words.slice(1)];
  }
  if (name === 'coverage' && second === 'run' && rest.includes('-m')) {
    return withoutWrappers(['python', '-m', ...rest.slice(rest.indexOf('-m') + 1)]);
  }
  if (name === 'py.test') return ['pytest', ...words.slice(1)];
  if (name === 'uv' && second === 'pip') return ['pip', ...rest];
  if (name === 'uvx' || (name === 'uv' && second === 'tool' && rest[0] === 'run')) {
    return withoutOptions(name === 'uvx' ? words.slice(1) : rest.slice(1)).map((word, index) =>
      index === 0 ? word.replace(/@.*$/, '') : word,
    );
  }
  return name === 'pip3'
    ? ['pip', ...words.slice(1)]
    : [name === '' ? program : bare(program), ...words.slice(1)];
}

/** Tools that are the same as a module and as a program. */
const runsAsProgram: ReadonlySet<string> = new Set([
  ...['pytest', 'ruff', 'black', 'isort', 'flake8', 'mypy', 'pylint', 'pydocstyle', 'tox', 'poetry', 'uv'],
]);

/** A path to a virtual environment's program is that program. */
const bare = (program: string): string =>
  /(?:^|\/)\.?v?env\/bin\//.test(program) ? posix.basename(program) : program;

const optionsWithValue: ReadonlySet<string> = new Set([
  '--extra',
  '--group',
  '--with',
  '--python',
  '-p',
  '--env-file',
  '--only-group',
  '--no-group',
  '--from',
  '--package',
  '--directory',
]);

function withoutOptions(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  if (!first.startsWith('-')) return words;
  return withoutOptions(optionsWithValue.has(first) ? rest.slice(1) : rest);
}
