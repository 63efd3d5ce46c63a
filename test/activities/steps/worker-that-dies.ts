/** A stand-in for a worker: runs one command under a guard, until it is killed. */
import { runGuarded } from '../../../activities/steps/run-guarded.ts';

const [line = '', marker = ''] = process.argv.slice(2);
await runGuarded({
  program: ['bash', '-c', line],
  folder: '/tmp',
  env: { PATH: process.env['PATH'] ?? '' },
  marker,
  graceMs: 500,
  onOutput: (text) => void process.stdout.write(text),
});
