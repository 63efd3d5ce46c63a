/**
 * Words of others inside of Markdown on a forge, where people are called by `@name`, issues by `#12`, and where addresses
 * become links by themselves: none of that happens, nothing ends early, and nothing is taken for Longhaul's own marks.
 */
import { plainText } from '../../annotations/finding.ts';

/** After a character that would begin something, so that it stays one for the eye and none for the forge. */
const gap = '\u200b';

/** Text as one line in which nothing is markup; at most `longest` characters of it. */
export function escapeText(text: string, longest = 500): string {
  const line = oneLine(text, longest);
  const escaped = line.replace(/[\\`*_[\]()~$!{}]/g, (character) => `\\${character}`);
  return inert(entities(escaped.replace(/#/g, `\\#${gap}`)))
    .replaceAll('|', '&#124;')
    .replace(/^\/(?=longhaul)/i, `/${gap}`)
    .replace(/^[-+=]/, (character) => `\\${character}`)
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Text as one line of HTML, where Markdown is not read, such as in `<summary>`. */
export const escapeHtml = (text: string, longest = 200): string =>
  inert(entities(oneLine(text, longest).replace(/#/g, `#${gap}`)));

/** Text as inline code. */
export function inlineCode(text: string, longest = 300): string {
  const code = withoutComments(oneLine(text, longest).replaceAll('`', "'"));
  return code === '' ? '' : `\`${code}\``;
}

/** A fence that no line of the code ends. */
export function fenceFor(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length);
  return '`'.repeat(Math.max(2, ...runs) + 1);
}

/** A line of a block of code, never one that reads as a command to Longhaul; at most `longest` characters of it. */
export const codeLine = (line: string, longest = 500): string =>
  withoutComments(plainText(`|${line}`, longest + 1).slice(1)).replace(/\/(?=longhaul\b)/gi, `/${gap}`);

const oneLine = (text: string, longest: number): string =>
  plainText(text.slice(0, longest * 8).replace(/\s+/g, ' '), longest);

const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** No mention, no reference, no address that becomes a link. */
const inert = (text: string): string =>
  text
    .replaceAll('@', `@${gap}`)
    .replace(/gh-(?=\d)/gi, (start) => `${start}${gap}`)
    .replaceAll('://', `:${gap}//`)
    .replace(/www\./gi, (start) => `${start.slice(0, -1)}${gap}.`);

/** Longhaul finds its own marks, which are comments of HTML: nobody else's text has one. */
const withoutComments = (text: string): string => text.replaceAll('<!--', `<!${gap}--`);
