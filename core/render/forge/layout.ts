/** Markdown of as many pieces as a forge takes: what is too long is cut between pieces, never inside of one. */
import { textBytes } from '../../json-size.ts';
import { codeLine, escapeHtml, fenceFor } from './text.ts';

export type Block =
  /** Kept whole or left out. */
  | string
  /** Kept whole, whatever else has to go. */
  | { readonly must: string }
  /** Cut between its items, of which it has at least one. */
  | {
      readonly open: string;
      readonly items: readonly string[];
      readonly close: string;
      /** Stands in place of the items that are cut. */
      readonly more: (count: number) => string;
    };

/** GitHub takes 65,535 characters in one text; the rest is room for marks and answers. In bytes, which are never fewer. */
const mostBytes = 60_000;

const cutNote = '*Shortened: it was more than fits here.*';

/** The blocks one below the other; those that do not fit are left out, and a note says so. */
export function fitBlocks(blocks: readonly Block[], bytes = mostBytes): string {
  const reserved = blocks.reduce((sum, block) => sum + (isMust(block) ? textBytes(block.must) + 2 : 0), 0);
  let left = bytes - reserved - textBytes(cutNote) - 2;
  const kept: string[] = [];
  let isCut = false;
  for (const block of blocks) {
    if (isMust(block)) {
      kept.push(block.must);
      continue;
    }
    const text = typeof block === 'string' ? block : itemsWithin(block, left - 2);
    const size = text === null ? 0 : textBytes(text) + 2;
    if (text === null || size > left) isCut = true;
    else {
      kept.push(text);
      left -= size;
    }
  }
  return [...kept, ...(isCut ? [cutNote] : [])].filter((text) => text !== '').join('\n\n');
}

const isMust = (block: Block): block is Extract<Block, { readonly must: string }> =>
  typeof block === 'object' && 'must' in block;

type Cuttable = Extract<Block, { readonly open: string }>;

/** Null when not even one item fits. */
function itemsWithin({ open, items, close, more }: Cuttable, bytes: number): string | null {
  const frame = textBytes(open) + textBytes(close) + textBytes(more(items.length)) + 3;
  let left = bytes - frame;
  const end = items.findIndex((item) => (left -= textBytes(item) + 1) < 0);
  const kept = end === -1 ? items : items.slice(0, end);
  if (kept.length === 0) return null;
  const rest = items.length - kept.length;
  const parts = [open, ...kept, ...(rest === 0 ? [] : [more(rest)]), close];
  return parts.filter((part) => part !== '').join('\n');
}

/** A table whose cells are escaped already; at most `most` rows of it. */
export function tableBlock(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  most = 60,
): Block {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  const shown = rows.slice(0, most).map(row);
  const cut = rows.length - shown.length;
  const more = (count: number): string => row([`${count} more`, ...header.slice(1).map(() => '')]);
  return {
    open: [row(header), row(header.map(() => '---'))].join('\n'),
    items: cut === 0 ? shown : [...shown, more(cut)],
    close: '',
    more,
  };
}

/** Lines as a block of code; of many, the last ones. */
export function codeBlock(lines: readonly string[], most = 60): Block {
  const shown = lines.slice(-most).map((line) => codeLine(line));
  const fence = fenceFor(shown);
  const cut = lines.length - shown.length;
  return {
    open: [
      ...(cut === 0 ? [] : [`*The last ${shown.length} of ${lines.length} lines:*`, '']),
      `${fence}text`,
    ].join('\n'),
    items: shown,
    close: fence,
    more: (count) => `[${count} more lines]`,
  };
}

/** The same, folded away below a line of plain text. */
export function foldedCode(summary: string, lines: readonly string[], most = 200): Block {
  const block = codeBlock(lines, most) as Cuttable;
  return {
    ...block,
    open: `<details>\n<summary>${escapeHtml(summary)}</summary>\n\n${block.open}`,
    close: `${block.close}\n\n</details>`,
  };
}

/** A list whose items are escaped already; at most `most` of them. */
export function listBlock(items: readonly string[], most = 50): Block {
  const shown = items.slice(0, most).map((item) => `- ${item}`);
  const cut = items.length - shown.length;
  const more = (count: number): string => `- and ${count} more`;
  return { open: '', items: cut === 0 ? shown : [...shown, more(cut)], close: '', more };
}
