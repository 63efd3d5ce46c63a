/**
 * The guard: a program of its own between a worker and one command. It runs the command in a new process group and
 * outlives the worker just long enough to end everything that the command started: when the worker closes (or, dying,
 * loses) its end of the standard input, and also when the command itself has ended.
 *
 * Standard input: one line, a {@link GuardOrder} as JSON. Descriptor 3: {@link GuardReport}s as JSON lines.
 */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { endProcessTree, markerVariable } from '../../local/process-tree.ts';

export interface GuardOrder {
  readonly program: readonly [string, ...(readonly string[])];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly marker: string;
  readonly graceMs: number;
}

export type GuardReport =
  | { readonly kind: 'started'; readonly group: number }
  | { readonly kind: 'notStarted'; readonly reason: string }
  | {
      readonly kind: 'ended';
      readonly code: number | null;
      readonly signal: string | null;
      readonly left: number;
    };

const reports = 3;

function report(message: GuardReport): void {
  try {
    writeSync(reports, `${JSON.stringify(message)}\n`);
  } catch {
    // The worker is gone, and nobody listens.
  }
}

function run(order: GuardOrder, workerGone: Promise<void>): void {
  const [program, ...args] = order.program;
  const command = spawn(program, args, {
    cwd: order.folder,
    env: { ...order.env, [markerVariable]: order.marker },
    detached: true,
    stdio: ['ignore', 1, 1],
  });
  const group = command.pid;
  if (group === undefined) {
    command.on('error', (error) => {
      report({ kind: 'notStarted', reason: error.message });
      process.exit(0);
    });
    return;
  }
  report({ kind: 'started', group });
  const tree = { group, marker: order.marker };
  command.on('exit', (code, signal) => {
    void endProcessTree(tree, order.graceMs).then((left) => {
      report({ kind: 'ended', code, signal, left });
      process.exit(0);
    });
  });
  void workerGone.then(() => endProcessTree(tree, order.graceMs));
}

function main(): void {
  const gone = Promise.withResolvers<undefined>();
  const endByAnyMeans = (): void => {
    gone.resolve(undefined);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, endByAnyMeans);
  process.stdout.on('error', endByAnyMeans);

  let received = '';
  let started = false;
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    received += text;
    const end = received.indexOf('\n');
    if (started || end === -1) return;
    started = true;
    run(JSON.parse(received.slice(0, end)) as GuardOrder, gone.promise);
  });
  process.stdin.on('close', () => {
    if (!started) process.exit(0);
    endByAnyMeans();
  });
}

main();
