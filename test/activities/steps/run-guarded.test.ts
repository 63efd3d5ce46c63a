import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runGuarded, type CommandEnd } from '../../../activities/steps/run-guarded.ts';
import { guardOf, processesWith, until } from './processes.ts';

/** A command with a child in its group, one in a group of its own, and one that will not go by itself. */
const deepTree = [
  'sleep 300 & setsid sleep 301 & (setsid bash -c "trap \'\' TERM; sleep 302; sleep 303") &',
  'echo ready; wait',
].join(' ');

interface Run {
  readonly end: Promise<CommandEnd>;
  readonly marker: string;
  readonly output: () => string;
}

function run(
  line: string,
  options: { readonly signal?: AbortSignal; readonly env?: Record<string, string> } = {},
): Run {
  const marker = randomUUID();
  let output = '';
  const end = runGuarded({
    program: ['bash', '-euo', 'pipefail', '-c', line],
    folder: '/tmp',
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    marker,
    graceMs: 500,
    onOutput: (text) => void (output += text),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return { end, marker, output: () => output };
}

test('a command’s end and both its streams, in order, come back', async () => {
  const { end, output } = run('echo one; echo two >&2; echo "$GIVEN ${HOME-none}"; exit 3', {
    env: { GIVEN: 'x' },
  });
  expect(await end).toEqual({ kind: 'exited', code: 3, left: 0 });
  expect(output()).toBe('one\ntwo\nx none\n');
});

test('a command that a signal ended is told apart', async () => {
  expect(await run('kill -SEGV $$').end).toEqual({ kind: 'killed', signal: 'SIGSEGV', left: 0 });
});

test('a large output arrives whole', async () => {
  const { end, output } = run('head -c 3000000 /dev/zero | tr "\\0" x');
  await end;
  expect(output().length).toBe(3_000_000);
});

test('what a command leaves in the background ends with it', async () => {
  const { end, marker } = run('setsid sleep 300 & sleep 301 & echo started');
  expect(await end).toMatchObject({ kind: 'exited', code: 0 });
  expect(processesWith(marker)).toEqual([]);
});

test('stopping ends the whole tree, also what left the group or ignores SIGTERM', async () => {
  const stopper = new AbortController();
  const { end, marker, output } = run(deepTree, { signal: stopper.signal });
  await until('the tree is up', () => output().includes('ready') && processesWith(marker).length >= 5);
  stopper.abort();
  expect(await end).toEqual({ kind: 'stopped', left: 0 });
  expect(processesWith(marker)).toEqual([]);
});

test('a command asked to stop has its grace to end by itself', async () => {
  const stopper = new AbortController();
  const { end, output } = run('trap "echo tidied; exit 0" TERM; echo ready; sleep 300 & wait', {
    signal: stopper.signal,
  });
  await until('it is up', () => output().includes('ready'));
  stopper.abort();
  await end;
  expect(output()).toBe('ready\ntidied\n');
});

test('kill -9 of the worker ends the whole tree', async () => {
  const marker = randomUUID();
  const program = fileURLToPath(new URL('worker-that-dies.ts', import.meta.url));
  const worker = spawn(process.execPath, [program, deepTree, marker], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(worker.stdout, 'data');
  await until('the tree is up', () => processesWith(marker).length >= 6);
  worker.kill('SIGKILL');
  await until('the tree is gone', () => processesWith(marker).length === 0);
});

test('kill -9 of the guard ends the tree too, and is a fault that is retried', async () => {
  const { end, marker, output } = run(deepTree);
  const failure = expect(end).rejects.toThrow(/guard/);
  await until('the tree is up', () => output().includes('ready') && processesWith(marker).length >= 5);
  process.kill(guardOf(marker), 'SIGKILL');
  await failure;
  expect(processesWith(marker)).toEqual([]);
});

test('a shell that is not there is told', async () => {
  const end = await runGuarded({
    program: ['/nowhere/sh', '-c', 'true'],
    folder: '/tmp',
    env: {},
    marker: randomUUID(),
    onOutput: () => undefined,
  });
  expect(end).toMatchObject({ kind: 'notStarted', reason: expect.stringContaining('ENOENT') as string });
});
