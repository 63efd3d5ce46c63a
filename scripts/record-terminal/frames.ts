import xterm from '@xterm/headless';
import type { Cast } from './cast.ts';

/** Text of one look. Colours are of the terminal's palette; absent: the terminal's own. */
export interface Run {
  /** Column that it begins in. */
  readonly column: number;
  readonly text: string;
  readonly colour?: number;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** The whole screen from `at` seconds on. */
export interface Frame {
  readonly at: number;
  readonly lines: readonly (readonly Run[])[];
}

/** What a real terminal shows over the time, at most one screen in `every` seconds, none twice in a row. */
export async function framesOf(cast: Cast, every: number): Promise<readonly Frame[]> {
  const screen = new xterm.Terminal({ cols: cast.columns, rows: cast.rows, allowProposedApi: true });
  const frames: Frame[] = [];
  for (const [index, { at, text }] of cast.events.entries()) {
    await new Promise<void>((resolve) => {
      screen.write(text, resolve);
    });
    const next = cast.events[index + 1];
    if (next !== undefined && Math.floor(next.at / every) === Math.floor(at / every)) continue;
    const frame = { at, lines: linesOf(screen) };
    if (JSON.stringify(frame.lines) !== JSON.stringify(frames.at(-1)?.lines)) frames.push(frame);
  }
  return frames;
}

function linesOf(screen: xterm.Terminal): readonly (readonly Run[])[] {
  const { active } = screen.buffer;
  return Array.from({ length: screen.rows }, (_, row) => runsOf(active.getLine(active.viewportY + row)));
}

function runsOf(line: xterm.IBufferLine | undefined): readonly Run[] {
  const runs: Run[] = [];
  for (let column = 0; line !== undefined && column < line.length; column += 1) {
    const cell = line.getCell(column);
    const chars = cell?.getChars() ?? '';
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = {
      ...(cell.isFgPalette() ? { colour: cell.getFgColor() } : {}),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
    };
    const text = chars === '' ? ' ' : chars;
    const last = runs.at(-1);
    if (last !== undefined && sameLook(last, look))
      runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ column, text, ...look });
  }
  return runs
    .map((run, index) => (index === runs.length - 1 ? { ...run, text: run.text.trimEnd() } : run))
    .filter(({ text }) => text.trim() !== '');
}

const sameLook = (a: Omit<Run, 'column' | 'text'>, b: Omit<Run, 'column' | 'text'>): boolean =>
  a.colour === b.colour && a.bold === b.bold && a.dim === b.dim;
