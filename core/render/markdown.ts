/** Pieces of Markdown that hold words of others safely. */

/** Text as one line in which nothing is markup. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#$~]/g, (character) => `\\${character}`);

/** Text as inline code; backticks in it become apostrophes, so that it cannot end early. */
export const inlineCode = (text: string): string => `\`${text.replace(/\s+/g, ' ').replaceAll('`', "'")}\``;

/** Lines as a block of code that they cannot end. */
export const codeBlock = (lines: readonly string[]): string =>
  ['```text', ...lines.map((line) => line.replaceAll('```', "'''")), '```'].join('\n');

/** Rows as columns that line up in a fixed font; trailing space is cut. */
export const alignColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) =>
      Array.from({ length: Math.max(widest.length, row.length) }, (_, column) =>
        Math.max(widest[column] ?? 0, row[column]?.length ?? 0),
      ),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** Rows as a Markdown table; cells are escaped unless they are made with {@link inlineCode}. */
export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** At most `length` characters, the cut marked. */
export const shorten = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
