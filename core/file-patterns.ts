/**
 * Patterns that choose files, as in `.gitignore`: a folder stands for all beneath it, `*` and `?` stay within a name,
 * `**` goes over any number of folders, `[a-c]` is one of these characters, and `!` takes out what an earlier pattern
 * put in. Other than there, every pattern begins at the root of the repository, and a file below an excluded folder
 * can be put in again.
 */

/** Whether the patterns choose a path: the last that matches it, or a folder above it, decides. */
export const filePatterns = (patterns: readonly string[]): ((path: string) => boolean) => {
  const rules = patterns.map(toRule);
  return (path) => rules.findLast(({ matches }) => matches.test(path))?.chooses ?? false;
};

/** The patterns that put nothing in and take nothing out of the paths: mistakes, most likely. */
export const idlePatterns = (patterns: readonly string[], paths: readonly string[]): readonly string[] =>
  patterns.filter((pattern) => {
    const { matches } = toRule(pattern);
    return !paths.some((path) => matches.test(path));
  });

/** A pattern that chooses just this path, whatever characters it has. */
export const literalPattern = (path: string): string =>
  path.replace(/[\\*?[]/g, String.raw`\$&`).replace(/^!/, String.raw`\!`);

interface Rule {
  readonly chooses: boolean;
  readonly matches: RegExp;
}

function toRule(pattern: string): Rule {
  const chooses = !pattern.startsWith('!');
  const path = (chooses ? pattern : pattern.slice(1)).replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const source = path === '.' ? '.*' : toExpression(path);
  return { chooses, matches: new RegExp(`^${source}(?:/.*)?$`, 'su') };
}

const token =
  /(?<over>(?:^|(?<=\/))\*\*\/)|(?<rest>\/\*\*$|^\*\*$)|(?<star>\*+)|(?<one>\?)|(?<set>\[[!^]?\]?[^\]]*\])|\\(?<escaped>.)|(?<plain>.)/gsu;

/** The pattern as a regular expression: `**` only where it stands for whole folders. */
const toExpression = (pattern: string): string =>
  [...pattern.matchAll(token)]
    .map(({ groups = {} }) => {
      if (groups['over'] !== undefined) return '(?:.*/)?';
      if (groups['rest'] !== undefined) return groups['rest'] === '**' ? '.*' : '/.+';
      if (groups['star'] !== undefined) return '[^/]*';
      if (groups['one'] !== undefined) return '[^/]';
      if (groups['set'] !== undefined) return toCharacterSet(groups['set']);
      return escape(groups['escaped'] ?? groups['plain'] ?? '');
    })
    .join('');

function toCharacterSet(set: string): string {
  const [, negation = '', content = ''] = /^\[([!^]?)(.*)\]$/su.exec(set) ?? [];
  const characters = content.replace(/[\\\][^]/gu, String.raw`\$&`).replace(/^-|-$/gu, String.raw`\-`);
  return `(?!/)[${negation === '' ? '' : '^'}${characters}]`;
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
