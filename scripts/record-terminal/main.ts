/**
 * Records docs/images/first-run.svg: real commands, typed into a real shell, against a stack of its own.
 *
 *     npm run build && node_modules/.bin/node scripts/record-terminal/main.ts [--home FOLDER]
 *
 * FOLDER is made for the recording, and removed after it: a home that says nothing of the machine, `/home/ann` by
 * default. The recording itself is kept beside the picture as an asciicast; `--draw` draws the picture from it again.
 */
import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../local/tools.ts';
import { readCast, shorten } from './cast.ts';
import { framesOf } from './frames.ts';
import { setStage } from './stage.ts';
import { animatedSvg } from './svg.ts';

const example = 'wine';
const size = { columns: 96, rows: 26 };
const commands = [
  'longhaul init --yes',
  'longhaul ci run --worktree',
  'longhaul ci run --worktree   # nothing has changed',
];
const title =
  'longhaul init looks at a repository and writes its longhaul.yaml; the first CI run passes; the second takes every result over';

const images = join(repositoryRoot(), 'docs', 'images');
const castFile = join(images, 'first-run.cast');
const svgFile = join(images, 'first-run.svg');
const largest = 300 * 1024;

const { values: given } = parseArgs({
  options: { draw: { type: 'boolean' }, home: { type: 'string', default: '/home/ann' } },
});

if (given.draw !== true) writeFileSync(castFile, await record(given.home));
await draw();

async function record(home: string): Promise<string> {
  const stage = await setStage(example, home);
  try {
    stage.longhaul('up');
    const recorder = spawn('python3', [join(import.meta.dirname, 'record.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    recorder.stdin.end(JSON.stringify({ ...size, commands, folder: stage.repository, env: stage.env }));
    const cast = await readAll(recorder.stdout);
    return cast;
  } finally {
    stage.longhaul('down');
    stage.clear();
  }
}

async function draw(): Promise<void> {
  const cast = shorten(readCast(readFileSync(castFile, 'utf8')), { longest: 1.5, speed: 2 });
  const frames = await framesOf(cast, 0.2);
  writeFileSync(svgFile, animatedSvg(frames, { ...size, title, rest: 4 }));
  const { size: bytes } = statSync(svgFile);
  console.log(`${svgFile}: ${frames.length} frames, ${Math.ceil(bytes / 1024)} KiB`);
  if (bytes > largest) throw new Error(`The picture is larger than ${largest / 1024} KiB: record less.`);
}
