import type { KnownCommand, KnownWork } from './known-commands.ts';
import { preCommitHooks } from './pre-commit.ts';
import type { PreCommitHook } from './pre-commit.ts';
import type { RepositoryView } from './repository-view.ts';
import { toLine } from './shell-words.ts';
import type { Proposal, StepProposal } from './step-proposal.ts';
import { readIni, readToml, tableAt } from './structured-files.ts';

/**
 * The checks of code that the project runs over all of it: in its workflows, else in tox and the Makefile. What is
 * configured but run nowhere, or only over changed files, is proposed as a comment.
 */
export function detectLint(view: RepositoryView, work: KnownWork): Proposal {
  const hooks = preCommitHooks(view, work);
  const known = [...ofWorkflows(work), ...hooks.filter(({ everywhere }) => everywhere).map(asCommand)];
  const commands = unique(known.length > 0 ? known : work.commands.flatMap(checkOf));
  const pins = hooks.flatMap(({ tool, version }) => (version === undefined ? [] : [`${tool}==${version}`]));
  const packages = commands.map(
    ({ words: [tool = ''] }) => pins.find((pin) => pin.startsWith(`${tool}==`)) ?? tool,
  );
  if (commands.length > 0) {
    return {
      steps: [lintStep(commands)],
      packages: [...new Set(packages)],
      jobs: commands.map(({ job }) => job),
    };
  }
  const step = unknownLint(view, hooks);
  return { steps: step === null ? [] : [step], packages: [], jobs: [] };
}

function lintStep(commands: readonly KnownCommand[]): StepProposal {
  const readsImports = commands.some(({ words: [tool = ''] }) =>
    ['mypy', 'pylint', 'pyright'].includes(tool),
  );
  return {
    name: 'lint',
    why: [`From ${[...new Set(commands.map(({ from }) => from))].join(', ')}.`],
    run: commands.map(({ words }) => toLine(words)),
    ...(readsImports ? {} : { install: [] }),
  };
}

/** Commands of the workflows, and of their actions. */
function ofWorkflows({ commands, jobs }: KnownWork): readonly KnownCommand[] {
  const names = new Set(jobs.map(({ name }) => name));
  const ran = commands.filter(({ job }) => names.has(job)).flatMap(checkOf);
  const actions = jobs.flatMap(({ name, from, actions: used }) =>
    used.flatMap(({ uses, with: inputs }) => {
      const words = actionCommands.find(([pattern]) => pattern.test(uses))?.[1](inputs);
      return words === undefined ? [] : [{ words, env: {}, from, job: name }];
    }),
  );
  return [...ran, ...actions.flatMap(checkOf)];
}

const split = (text: string | undefined): readonly string[] =>
  (text ?? '').split(/\s+/).filter((word) => word !== '');

const actionCommands: readonly (readonly [
  RegExp,
  (inputs: Readonly<Record<string, string>>) => readonly string[],
])[] = [
  [
    /^(astral-sh|chartboost)\/ruff-action@/,
    ({ args, src }) => ['ruff', ...(args === undefined ? ['check'] : split(args)), ...split(src)],
  ],
  [
    /^psf\/black@/,
    ({ options, src }) => [
      'black',
      ...(options === undefined ? ['--check'] : split(options)),
      ...split(src ?? '.'),
    ],
  ],
  [/^(isort\/isort-action|jamescurtin\/isort-action)@/, () => ['isort', '--check-only', '.']],
];

/** The command in a form that only looks; null-like when it is no check of code. */
function checkOf(command: KnownCommand): readonly KnownCommand[] {
  const [tool = '', ...args] = command.words;
  if (args.some((word) => word.includes('$') || /^--(version|help|exit-zero)$/.test(word))) return [];
  const words = onlyLooking(tool, args);
  return words === null ? [] : [{ ...command, words }];
}

function onlyLooking(tool: string, args: readonly string[]): readonly string[] | null {
  switch (tool) {
    case 'ruff': {
      const [verb = '', ...rest] = args;
      if (verb === 'format') return ['ruff', 'format', '--check', ...without(rest, /^--(check|diff)$/)];
      if (verb === 'check')
        return [
          'ruff',
          'check',
          ...without(rest, /^--(fix|fix-only|unsafe-fixes|exit-non-zero-on-fix|show-fixes|output-format.*)$/),
        ];
      return /^(rule|config|clean|server|version)$/.test(verb) || verb === ''
        ? null
        : ['ruff', 'check', ...without(args, /^--fix$/)];
    }
    case 'black':
      return args.length === 0 ? null : ['black', '--check', ...without(args, /^--(check|diff|color)$/)];
    case 'isort':
      return args.length === 0
        ? null
        : ['isort', '--check-only', ...without(args, /^(--check-only|--check|-c|--diff|--df)$/)];
    case 'flake8':
    case 'mypy':
    case 'pylint':
    case 'pydocstyle':
    case 'pyright':
      return tool === 'mypy' && args.length === 0
        ? null
        : [tool, ...without(args, /^--(install-types|non-interactive|exit-zero)$/)];
    default:
      return null;
  }
}

const without = (words: readonly string[], pattern: RegExp): readonly string[] =>
  words.filter((word) => !pattern.test(word));

const asCommand = ({ words, from }: PreCommitHook): KnownCommand => ({ words, env: {}, from, job: from });

function unique(commands: readonly KnownCommand[]): readonly KnownCommand[] {
  const byLine = new Map(commands.toReversed().map((command) => [toLine(command.words), command]));
  return commands.filter((command) => byLine.get(toLine(command.words)) === command);
}

/** Checks that are configured, as an example: nobody is known to run them over all files. */
function unknownLint(view: RepositoryView, hooks: readonly PreCommitHook[]): StepProposal | null {
  const tool = tableAt(readToml(view.read('pyproject.toml')), 'tool');
  const ini = { ...readIni(view.read('setup.cfg')), ...readIni(view.read('tox.ini')) };
  const configured = [
    ['ruff check .', 'ruff' in tool || view.files.some((path) => /^\.?ruff\.toml$/.test(path))],
    ['black --check .', 'black' in tool],
    ['isort --check-only .', 'isort' in tool || view.files.includes('.isort.cfg')],
    ['flake8', view.files.includes('.flake8') || 'flake8' in ini],
    ['mypy .', 'mypy' in tool || view.files.includes('mypy.ini') || 'mypy' in ini],
  ] as const;
  const lines = [
    ...new Set([
      ...hooks.map(({ words }) => toLine(words)),
      ...configured.filter(([, is]) => is).map(([line]) => line),
    ]),
  ];
  if (lines.length === 0) return null;
  return {
    name: 'lint',
    why: ['Configured, but nothing here runs it over all files; with it, add its tools to the requirements:'],
    run: lines,
    install: [],
    asComment: true,
  };
}
