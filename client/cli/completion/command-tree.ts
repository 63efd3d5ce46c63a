import type { Argument, Command, Option } from 'commander';

/** What a word may be: one of a list, a name of the file system, something that `longhaul __complete` knows. */
export type WordKind =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'anything' }
  | { readonly kind: 'asked'; readonly what: AskedFor };

/** What `longhaul __complete` is asked for. */
export const askedFor = [
  'projects',
  'commits',
  'ci-runs',
  'releases',
  'runs',
  'steps',
  'environments',
] as const;
export type AskedFor = (typeof askedFor)[number];

export interface CommandOption {
  /** `-h`, `--help`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Absent: the option takes no value. */
  readonly value?: WordKind;
}

export interface CommandNode {
  /** `release approve`; empty for `longhaul` itself. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly commands: readonly CommandNode[];
  readonly options: readonly CommandOption[];
  readonly words: readonly WordKind[];
}

/** The command line as data: every command below `command` with its options and what its words may be. */
export function commandTree(
  command: Command,
  path: readonly string[] = [],
  above: readonly CommandOption[] = [],
): CommandNode {
  const own = [...command.options.filter(({ hidden }) => !hidden), helpOption(command)].map((option) =>
    toOption(option, path),
  );
  const options = [...own.filter((option) => !above.some((other) => sameFlags(option, other))), ...above];
  return {
    path: path.join(' '),
    name: command.name(),
    description: command.description(),
    commands: command.commands.map((child) => commandTree(child, [...path, child.name()], options)),
    options,
    words: command.registeredArguments.map((argument) => wordKind(argument.name(), argument, path)),
  };
}

/** The node and all below it. */
export const allNodes = (node: CommandNode): readonly CommandNode[] => [
  node,
  ...node.commands.flatMap(allNodes),
];

const helpOption = (command: Command): Option =>
  command.createOption('-h, --help', 'display help for command');

const sameFlags = (a: CommandOption, b: CommandOption): boolean =>
  a.flags.some((flag) => b.flags.includes(flag));

function toOption(option: Option, path: readonly string[]): CommandOption {
  const placeholder = /[<[](.+?)[>\]]/.exec(option.flags)?.[1];
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    ...(placeholder === undefined ? {} : { value: wordKind(placeholder, option, path) }),
  };
}

function wordKind(
  name: string,
  { argChoices }: Pick<Argument | Option, 'argChoices'>,
  path: readonly string[],
): WordKind {
  if (argChoices !== undefined) return { kind: 'choices', choices: argChoices };
  return byName[name.toLowerCase()] ?? idKind(name.toLowerCase(), path[0]);
}

/** By what the help calls them. */
const byName: Readonly<Record<string, WordKind>> = {
  'owner/repo': { kind: 'asked', what: 'projects' },
  project: { kind: 'asked', what: 'projects' },
  hash: { kind: 'asked', what: 'commits' },
  commit: { kind: 'asked', what: 'commits' },
  step: { kind: 'asked', what: 'steps' },
  environment: { kind: 'asked', what: 'environments' },
  file: { kind: 'files' },
  path: { kind: 'folders' },
  folder: { kind: 'folders' },
};

function idKind(name: string, group: string | undefined): WordKind {
  if (name !== 'id' && name !== 'run') return { kind: 'anything' };
  if (group === 'release') return { kind: 'asked', what: 'releases' };
  return { kind: 'asked', what: group === 'ci' ? 'ci-runs' : 'runs' };
}
