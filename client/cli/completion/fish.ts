import { allNodes } from './command-tree.ts';
import type { CommandNode, CommandOption, WordKind } from './command-tree.ts';

/** A script that completes the command line of `root` in fish, each command and option with what it does. */
export const fishScript = (
  root: CommandNode,
): string => `# Completion of longhaul for fish, written by: longhaul completion fish

# The commands among the words that are typed already, or the other words that are no options.
function __longhaul_typed
  set -l path
  set -l given
  set -l skip 0
  for word in (commandline -opc)[2..]
    if test $skip = 1
      set skip 0
    else if string match -q -- '-*' $word
      contains -- "$path $word" ${valueOptions(root)}; and set skip 1
    else if contains -- (string trim "$path $word") ${allNodes(root)
      .flatMap(({ path }) => (path === '' ? [] : [quote(path)]))
      .join(' ')}
      set path (string trim "$path $word")
    else
      set -a given $word
    end
  end
  test "$argv[1]" = path; and echo $path; or string join \\n -- $given
end

function __longhaul_at
  test "$(__longhaul_typed path)" = "$argv[1]"; or return 1
  test (count $argv) = 1; or test (count (__longhaul_typed given)) = $argv[2]
end

function __longhaul_ask
  set -l longhaul (commandline -opc)[1]
  $longhaul __complete $argv[1] (commandline -ct) (__longhaul_typed given) 2>/dev/null
end

complete -c longhaul -f
${allNodes(root).flatMap(completionsOf).join('\n')}
`;

const valueOptions = (root: CommandNode): string =>
  allNodes(root)
    .flatMap(({ path, options }) =>
      options.flatMap(({ flags, value }) =>
        value === undefined ? [] : flags.map((flag) => quote(`${path} ${flag}`)),
      ),
    )
    .join(' ');

const completionsOf = ({ path, commands, options, words }: CommandNode): readonly string[] => [
  ...commands.map(
    ({ name, description }) => `complete -c longhaul -n ${at(path)} -a ${name} -d ${quote(description)}`,
  ),
  ...options.map((option) => `complete -c longhaul -n ${at(path)} ${optionWords(option)}`),
  ...words.map((word, index) => `complete -c longhaul -n ${at(path, index)} ${offered(word)}`),
];

const at = (path: string, given?: number): string =>
  quote(`__longhaul_at ${quote(path)}${given === undefined ? '' : ` ${given}`}`);

function optionWords({ flags, description, value }: CommandOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value === undefined ? [] : ['-r', offered(value)]), `-d ${quote(description)}`].join(
    ' ',
  );
}

function offered(word: WordKind): string {
  switch (word.kind) {
    case 'choices':
      return `-a ${quote(word.choices.join(' '))}`;
    case 'asked':
      return `-a ${quote(`(__longhaul_ask ${word.what})`)}`;
    case 'files':
      return '-F';
    case 'folders':
      return `-a ${quote('(__fish_complete_directories (commandline -ct))')}`;
    case 'anything':
      return '';
  }
}

/** A word that fish takes as it is. */
const quote = (text: string): string =>
  `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
