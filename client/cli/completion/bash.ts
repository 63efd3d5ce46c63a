import { allNodes } from './command-tree.ts';
import type { CommandNode } from './command-tree.ts';
import { linesOf, quote, valueCases, wordCases } from './script-words.ts';

/** A script that completes the command line of `root` in bash 3.2 and later. */
export const bashScript = (
  root: CommandNode,
): string => `# Completion of longhaul for bash, written by: longhaul completion bash

_longhaul_value() {
  value=
  case "$1 $2" in
${linesOf(allNodes(root), valueCases)}
  esac
}

_longhaul_words() {
  words=()
  case "$1" in
${linesOf(allNodes(root), wordCases)}
  esac
}

_longhaul_names() {
  names=
  case "$1" in
${linesOf(allNodes(root), nameCases)}
  esac
}

_longhaul_flags() {
  case "$1" in
${linesOf(allNodes(root), flagCases)}
  esac
}

_longhaul_take() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done
}

_longhaul_offer() {
  case "$1" in
    files) compopt -o filenames 2>/dev/null; _longhaul_take < <(compgen -f -- "$word") ;;
    folders) compopt -o filenames 2>/dev/null; _longhaul_take < <(compgen -d -- "$word") ;;
    anything | '') ;;
    asked:*)
      _longhaul_take < <(
        [[ -n $server ]] && export LONGHAUL_SERVER="$server"
        "\${COMP_WORDS[0]}" __complete "\${1#asked:}" "$word" "\${given[@]}" 2>/dev/null
      )
      ;;
    *) _longhaul_take < <(compgen -W "\${1#choices:}" -- "$word") ;;
  esac
}

_longhaul() {
  local path= word= value= names= flags= pending= server= each i
  local -a words=() given=() typed=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == '=' ]] || typed+=("\${COMP_WORDS[i]}")
  done
  word="\${COMP_WORDS[COMP_CWORD]}"
  [[ $word == '=' ]] && word=

  for each in "\${typed[@]}"; do
    if [[ -n $pending ]]; then
      [[ $pending == --server ]] && server="$each"
      pending=
    elif [[ $each == -* ]]; then
      _longhaul_value "$path" "$each"
      [[ -n $value ]] && pending="$each"
    else
      _longhaul_names "$path"
      if [[ " $names " == *" $each "* ]]; then path="\${path:+$path }$each"; else given+=("$each"); fi
    fi
  done

  if [[ -n $pending ]]; then
    _longhaul_value "$path" "$pending"
    _longhaul_offer "$value"
  elif [[ $word == -* ]]; then
    _longhaul_flags "$path"
    _longhaul_take < <(compgen -W "$flags" -- "$word")
  else
    _longhaul_names "$path"
    _longhaul_words "$path"
    if [[ -n $names ]]; then
      _longhaul_take < <(compgen -W "$names" -- "$word")
    else
      _longhaul_offer "\${words[\${#given[@]}]:-}"
    fi
  fi
}

complete -F _longhaul longhaul
`;

const nameCases = ({ path, commands }: CommandNode): readonly string[] =>
  commands.length === 0
    ? []
    : [`    ${quote(path)}) names=${quote(commands.map(({ name }) => name).join(' '))} ;;`];

const flagCases = ({ path, options }: CommandNode): readonly string[] => [
  `    ${quote(path)}) flags=${quote(options.flatMap(({ flags }) => flags).join(' '))} ;;`,
];
