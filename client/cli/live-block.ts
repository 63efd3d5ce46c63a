import { widthOf } from './render/text.ts';

/** Lines for a terminal of so many columns and rows. */
export type Draw = (columns: number, rows: number) => readonly string[];

/** A block of lines at the end of a terminal that is drawn again in place, and anew when the terminal's size changes. */
export interface LiveBlock {
  readonly draw: (draw: Draw) => void;
  /** Draws for the last time; now it may be longer than the terminal. */
  readonly end: (draw: Draw) => void;
}

type Terminal = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows' | 'on' | 'off'>;

/** A terminal that knows these shows all of an update at once; others pass over them. */
const beginUpdate = '\u001b[?2026h';
const endUpdate = '\u001b[?2026l';
const clearLineRight = '\u001b[K';
const clearBelow = '\u001b[J';

export function createLiveBlock(terminal: Terminal = process.stdout): LiveBlock {
  let drawn: readonly string[] = [];
  let current: Draw = () => [];

  const show = (lines: readonly string[]): void => {
    const up = rowsOf(drawn, terminal.columns);
    const back = up === 0 ? '\r' : `\u001b[${up}A\r`;
    const text = lines.map((line) => `${line}${clearLineRight}\n`).join('');
    terminal.write(`${beginUpdate}${back}${text}${clearBelow}${endUpdate}`);
    drawn = lines;
  };
  /** One column is left free: a line that fills the last one is ended differently by different terminals. */
  const linesOf = (draw: Draw): readonly string[] => draw(terminal.columns - 1, terminal.rows - 1);
  const redraw = (): void => {
    show(linesOf(current).slice(0, Math.max(1, terminal.rows - 1)));
  };
  terminal.on('resize', redraw);
  return {
    draw(draw) {
      current = draw;
      redraw();
    },
    end(draw) {
      terminal.off('resize', redraw);
      show(linesOf(draw));
    },
  };
}

/** Rows that lines take now, which were drawn when the terminal may have been wider. */
const rowsOf = (lines: readonly string[], columns: number): number =>
  lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
