import { clearScreenDown, moveCursor } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

/** A block of lines at the end of a terminal that is drawn again in place. */
export interface LiveBlock {
  readonly draw: (lines: readonly string[]) => void;
}

/** Lines longer than the terminal are cut, since a wrapped line would spoil the count of lines to go up. */
export function createLiveBlock(stream: NodeJS.WriteStream = process.stdout): LiveBlock {
  let drawn = 0;
  return {
    draw(lines) {
      const shown = lines.slice(0, Math.max(1, stream.rows - 1)).map((line) => fit(line, stream.columns));
      if (drawn > 0) moveCursor(stream, -stream.columns, -drawn);
      clearScreenDown(stream);
      stream.write(`${shown.join('\n')}\n`);
      drawn = shown.length;
    },
  };
}

/** A line that would not fit loses its colours with its end. */
function fit(line: string, columns: number): string {
  const text = stripVTControlCharacters(line);
  return text.length <= columns ? line : `${text.slice(0, columns - 1)}…`;
}
