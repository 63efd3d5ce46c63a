import { allNodes } from './command-tree.ts';
import type { CommandNode } from './command-tree.ts';
import { linesOf, quote, valueCases, wordCases } from './script-words.ts';

/** A script that completes the command line of `root` in zsh, each command and option with what it does. */
export const zshScript = (root: CommandNode): string => `#compdef longhaul
# Completion of longhaul for zsh, written by: longhaul completion zsh

_longhaul_value() {
  value=
  case "$1 $2" in
${linesOf(allNodes(root), valueCases)}
  esac
}

_longhaul_words() {
  words_=()
  case "$1" in
${linesOf(allNodes(root), (node) => wordCases(node).map((line) => line.replace(' words=(', ' words_=(')))}
  esac
}

_longhaul_names() {
  names=()
  case "$1" in
${linesOf(allNodes(root), nameCases)}
  esac
}

_longhaul_flags() {
  flags=()
  case "$1" in
${linesOf(allNodes(root), flagCases)}
  esac
}

_longhaul_offer() {
  local -a found
  case "$1" in
    files) _files ;;
    folders) _files -/ ;;
    asked:*)
      [[ -n $server ]] && local -x LONGHAUL_SERVER="$server"
      found=("\${(@f)$("\${words[1]}" __complete "\${1#asked:}" "$word" "\${given[@]}" 2>/dev/null)}")
      compadd -U -- "\${(@)found:#}"
      ;;
    choices:*) compadd -- \${=1#choices:} ;;
  esac
}

_longhaul() {
  local word="\${words[CURRENT]}" here= value= pending= server= each
  local -a given names flags words_
  for each in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $pending ]]; then
      [[ $pending == --server ]] && server="$each"
      pending=
    elif [[ $each == -* ]]; then
      _longhaul_value "$here" "$each"
      [[ -n $value ]] && pending="$each"
    else
      _longhaul_names "$here"
      if (( \${names[(I)$each:*]} )); then here="\${here:+$here }$each"; else given+=("$each"); fi
    fi
  done

  if [[ -n $pending ]]; then
    _longhaul_value "$here" "$pending"
    _longhaul_offer "$value"
  elif [[ $word == -* ]]; then
    _longhaul_flags "$here"
    _describe -o option flags
  else
    _longhaul_names "$here"
    _longhaul_words "$here"
    if (( \${#names} )); then _describe command names; else _longhaul_offer "\${words_[\${#given}+1]}"; fi
  fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _longhaul "$@"; else compdef _longhaul longhaul; fi
`;

const nameCases = ({ path, commands }: CommandNode): readonly string[] =>
  commands.length === 0
    ? []
    : [
        `    ${quote(path)}) names=(${commands.map(({ name, description }) => described(name, description)).join(' ')}) ;;`,
      ];

const flagCases = ({ path, options }: CommandNode): readonly string[] => [
  `    ${quote(path)}) flags=(${options.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description))).join(' ')}) ;;`,
];

/** As `_describe` reads it: a colon parts the word from what it does. */
const described = (word: string, description: string): string =>
  quote(`${word}:${description.replaceAll(':', String.raw`\:`)}`);
