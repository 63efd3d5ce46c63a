import { EventEmitter } from 'node:events';
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { createLiveBlock } from '../../client/cli/live-block.ts';
import type { Draw } from '../../client/cli/live-block.ts';
import { cut } from '../../client/cli/render/text.ts';

/** A terminal that can be read back, with a command's prompt in its first line. */
function openTerminal(columns: number, rows: number) {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  screen.write('$ longhaul ci run\n');
  const size = new EventEmitter();
  const stream = {
    get columns() {
      return screen.cols;
    },
    get rows() {
      return screen.rows;
    },
    write: (text: string) => {
      screen.write(text);
      return true;
    },
    on: (event: string, listener: () => void) => (size.on(event, listener), stream),
    off: (event: string, listener: () => void) => (size.off(event, listener), stream),
  };
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    resize: (to: number) =>
      new Promise<void>((resolve) => {
        screen.write('', () => {
          screen.resize(to, rows);
          size.emit('resize');
          resolve();
        });
      }),
    seen: () =>
      new Promise<readonly string[]>((resolve) => {
        screen.write('', () => {
          const { active } = screen.buffer;
          const lines = Array.from(
            { length: active.length },
            (_, index) => active.getLine(index)?.translateToString(true) ?? '',
          );
          resolve(lines.slice(0, lines.findLastIndex((line) => line !== '') + 1));
        });
      }),
  };
}

const long = 'one two three four five six seven eight nine ten';
const drawing =
  (lines: readonly string[]): Draw =>
  (columns) =>
    lines.map((line) => cut(line, columns));

test('a block is drawn in place, also when it gets shorter', async () => {
  const { stream, seen } = openTerminal(40, 10);
  const block = createLiveBlock(stream);
  block.draw(drawing(['a', 'b is longer', 'c']));
  block.draw(drawing(['a', 'b']));
  expect(await seen()).toEqual(['$ longhaul ci run', 'a', 'b']);
});

test('lines are cut to the terminal and drawn anew when it gets wider or narrower', async () => {
  const { stream, resize, seen } = openTerminal(40, 10);
  const block = createLiveBlock(stream);
  block.draw(drawing([long, long, 'end']));
  await resize(30);
  expect(await seen()).toEqual(['$ longhaul ci run', cut(long, 29), cut(long, 29), 'end']);
  await resize(80);
  expect(await seen()).toEqual(['$ longhaul ci run', long, long, 'end']);
});

test('a block that is taller than the terminal is whole in the end', async () => {
  const { stream, seen } = openTerminal(40, 5);
  const block = createLiveBlock(stream);
  const lines = ['1', '2', '3', '4', '5', '6', '7'];
  block.draw(drawing(lines));
  expect(await seen()).toEqual(['$ longhaul ci run', '1', '2', '3', '4']);
  block.end(drawing(lines));
  expect(await seen()).toEqual(['$ longhaul ci run', ...lines]);
});

test('an ended block is not drawn again', async () => {
  const { stream, resize, seen } = openTerminal(40, 10);
  const block = createLiveBlock(stream);
  block.end(drawing(['done']));
  stream.write('next\n');
  await resize(30);
  expect(await seen()).toEqual(['$ longhaul ci run', 'done', 'next']);
});
