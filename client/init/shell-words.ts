/** A command line as words, as far as that can be told without a shell. */

export interface ShellCommand {
  /** Variables set for this command alone: `CI=1 pytest`. */
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/**
 * The commands of some lines of shell: each word without its quotes. What only a shell can tell (pipes, substitutions,
 * conditions) is left out: a command that has any of it is not among the result.
 */
export function commandsOf(script: string): readonly ShellCommand[] {
  return script
    .replace(/\\\r?\n\s*/g, ' ')
    .replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, inner: string) => `\${{${inner.replaceAll(/\s/g, '')}}}`)
    .split(/\r?\n/)
    .flatMap((line) => line.split(/\s(?:&&|;)\s|;$/))
    .map((line) => wordsOf(line.trim()))
    .filter((words) => words !== null)
    .map(toCommand)
    .filter(({ words: [program] }) => program !== undefined && !keywords.has(program));
}

const keywords: ReadonlySet<string> = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'for',
  'do',
  'done',
  'while',
  'case',
  'esac',
]);

const token = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"]+)/gy;

/** The words of one simple command; null when it is none. */
export function wordsOf(line: string): readonly string[] | null {
  if (line === '' || line.startsWith('#')) return null;
  const words: string[] = [];
  let word: string | undefined;
  token.lastIndex = 0;
  while (token.lastIndex < line.length) {
    const match = token.exec(line);
    if (match === null) return null;
    const [whole, single, double, plain] = match;
    if (/^\s/.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (plain !== undefined && plain.startsWith('#') && word === undefined) break;
    if (plain !== undefined && /[|<>`&(]|\$\(/.test(plain.replaceAll(/\$\{\{.*?\}\}/g, ''))) return null;
    word = (word ?? '') + (single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? plain ?? '');
  }
  if (word !== undefined) words.push(word);
  return words;
}

function toCommand(words: readonly string[]): ShellCommand {
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const end = start === -1 ? words.length : start;
  const env = words.slice(0, end).map((word): [string, string] => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return { env: Object.fromEntries(env), words: words.slice(end) };
}

/** Words as a command line again; what needs quotes has them, `$` stays the shell's. */
export const toLine = (words: readonly string[]): string => words.map(quoted).join(' ');

const quoted = (word: string): string => {
  if (/^[\w@%+=:,./${}^~*?-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replaceAll(/["\\`]/g, '\\$&')}"` : `'${word}'`;
};
