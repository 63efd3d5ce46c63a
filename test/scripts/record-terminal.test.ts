import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../local/tools.ts';
import { readCast, shorten } from '../../scripts/record-terminal/cast.ts';
import { framesOf } from '../../scripts/record-terminal/frames.ts';
import { animatedSvg } from '../../scripts/record-terminal/svg.ts';

test('what a real shell shows becomes frames, and a picture that plays them', async () => {
  const recorder = spawn('python3', [join(repositoryRoot(), 'scripts', 'record-terminal', 'record.py')]);
  const command = String.raw`printf '\033[32mgreen\033[0m <b>\n'`;
  const plan = { columns: 60, rows: 8, folder: tmpdir(), env: {}, commands: [command] };
  recorder.stdin.end(JSON.stringify(plan));
  const cast = readCast(await text(recorder.stdout));
  expect(cast).toMatchObject({ columns: 60, rows: 8 });

  const frames = await framesOf(cast, 0.01);
  const [first, ...more] = frames.at(-1)?.lines ?? [];
  expect(first).toMatchObject([{ column: 0, text: `$ ${command}` }]);
  expect(more[0]).toMatchObject([
    { column: 0, text: 'green', colour: 2 },
    { column: 5, text: ' <b>' },
  ]);

  const svg = animatedSvg(frames, { title: 'a & b', columns: 60, rows: 8, rest: 2 });
  expect(svg).toContain('<title id="title">a &amp; b</title>');
  expect(svg).toContain('class="c2">green</text>');
  expect(svg).toContain(' &lt;b&gt;</text>');
  expect(svg.match(/translateY/g)).toHaveLength(frames.length + 1);
});

test('pauses are cut short, and nothing is left out', () => {
  const events = [0, 1, 60, 61].map((at) => ({ at, text: String(at) }));
  const short = shorten({ columns: 1, rows: 1, events }, { longest: 2, speed: 2 });
  expect(short.events.map(({ at }) => at)).toEqual([0, 0.5, 2.5, 3]);
  expect(short.events.map(({ text: seen }) => seen)).toEqual(['0', '1', '60', '61']);
});
