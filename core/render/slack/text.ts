/** Words of others in Slack's mrkdwn, where they mention nobody, link nowhere and end nothing too early. */
import { formatTime } from '../../time.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** An invisible character: what follows it is no mention. */
const wordJoiner = '\u2060';

/** Text in which nothing is Slack's markup for mentions, links and blocks of code; line breaks stay. */
export const escapeSlack = (text: string): string =>
  printable(text)
    .replace(/[&<>]/g, (character) => entities[character] ?? '')
    .replaceAll('```', "'''")
    .replace(/@(?=here|channel|everyone|group)/gi, `@${wordJoiner}`);

/** The same in one line. */
export const said = (text: string): string => escapeSlack(oneLine(text));

/** Text that Slack takes literally, such as a header: on one line, at most `length` characters. */
export const literal = (text: string, length: number): string => {
  const line = oneLine(printable(text));
  return cutSlack(line === '' ? '–' : line, length);
};

/** Inline code; backticks become apostrophes, so that it cannot end early. */
export const codeWord = (text: string): string => `\`${said(text).replaceAll('`', "'") || ' '}\``;

/** Lines in a fixed font that they cannot end, in at most `length` characters. */
export const codeLines = (lines: readonly string[], length: number): string => {
  const body = escapeSlack(lines.join('\n'));
  return `\`\`\`\n${cutSlack(body, length - 8)}\n\`\`\``;
};

/** An ISO time as people read it, UTC. */
export const when = (iso: string): string => said(formatTime(iso));

/** A link of our own; no address, no link. */
export const link = (url: string | undefined, label: string): string =>
  url === undefined
    ? label
    : `<${encodeURI(url.toWellFormed()).replace(/[<>|]/g, '')}|${label.replaceAll('|', ' ')}>`;

/** At most `length` characters of text that is escaped already: no entity, link or character is cut in two. */
export const cutSlack = (text: string, length: number): string => {
  if (text.length <= length) return text;
  const head = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${head.replace(/<[^>]*$/, '').replace(/&[a-z]{0,3}$/, '')}…`;
};

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Without half characters and without control characters but line breaks and tabs. */
const printable = (text: string): string => text.toWellFormed().replace(/[^\P{Cc}\n\t]/gu, ' ');
