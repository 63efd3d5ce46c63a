import { commandWords } from './forge-event.ts';
import type { CommandWord } from './forge-event.ts';

/** What a person asks of Longhaul in a comment. */
export interface CommentCommand {
  /** Null: not a word that there is. */
  readonly word: CommandWord | null;
  /** What follows the word on its line, at most 500 characters. */
  readonly rest: string;
}

const line = /^ {0,3}\/longhaul(?:[ \t]+(?<word>\S+)(?<rest>.*))?[ \t]*$/;
const fence = /^ {0,3}(?<mark>`{3,}|~{3,})/;
const longestRest = 500;

/**
 * The first line `/longhaul WORD …` of a comment in Markdown; null when there is none. What people quote, show as code or
 * keep in an HTML comment is not said to Longhaul.
 */
export function commandIn(comment: string): CommentCommand | null {
  let open: string | null = null;
  for (const text of comment.replaceAll(/<!--[^]*?(?:-->|$)/g, '').split(/\r\n|[\r\n]/)) {
    const mark = fence.exec(text)?.groups?.['mark'];
    if (mark !== undefined) {
      if (open === null) open = mark;
      else if (mark.startsWith(open)) open = null;
    } else if (open === null) {
      const said = line.exec(text);
      if (said !== null) return commandOf(said.groups ?? {});
    }
  }
  return null;
}

const commandOf = ({
  word = '',
  rest = '',
}: Readonly<Record<string, string | undefined>>): CommentCommand => ({
  word: commandWords.find((known) => known === word.toLowerCase()) ?? null,
  rest: rest.trim().slice(0, longestRest),
});
