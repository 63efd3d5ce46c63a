import type { CommandNode, WordKind } from './command-tree.ts';

/** A kind as one word of a script. */
export function kindWord(word: WordKind): string {
  switch (word.kind) {
    case 'choices':
      return `choices:${word.choices.join(' ')}`;
    case 'asked':
      return `asked:${word.what}`;
    case 'files':
    case 'folders':
    case 'anything':
      return word.kind;
  }
}

/** A word that bash and zsh take as it is. */
export const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The lines that each command gives. */
export const linesOf = (
  nodes: readonly CommandNode[],
  linesOfNode: (node: CommandNode) => readonly string[],
): string => nodes.flatMap(linesOfNode).join('\n');

/** Branches of a `case "$path $option"` that set `value` to what an option takes. */
export const valueCases = ({ path, options }: CommandNode): readonly string[] =>
  options.flatMap(({ flags, value }) =>
    value === undefined
      ? []
      : [
          `    ${flags.map((flag) => quote(`${path} ${flag}`)).join(' | ')}) value=${quote(kindWord(value))} ;;`,
        ],
  );

/** Branches of a `case "$path"` that set the array `words`. */
export const wordCases = ({ path, words }: CommandNode): readonly string[] =>
  words.length === 0
    ? []
    : [`    ${quote(path)}) words=(${words.map((word) => quote(kindWord(word))).join(' ')}) ;;`];
