import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { GuardOrder, GuardReport } from './guard.ts';
import { endProcessTree } from '../../local/process-tree.ts';

export interface GuardedCommand extends Omit<GuardOrder, 'graceMs'> {
  /** Time between SIGTERM and SIGKILL. */
  readonly graceMs?: number;
  /** Ends the command with all that it started. */
  readonly signal?: AbortSignal;
  /** Gets what the command writes, both streams in their order. The command waits while it is not resolved. */
  readonly onOutput: (text: string) => Promise<void> | void;
}

/** `left`: processes that could not be ended, told to a person. */
export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly left: number }
  | { readonly kind: 'killed'; readonly signal: string; readonly left: number }
  | { readonly kind: 'stopped'; readonly left: number }
  | { readonly kind: 'notStarted'; readonly reason: string };

const guardProgram = fileURLToPath(new URL(`guard${extname(import.meta.url)}`, import.meta.url));

/**
 * Runs a command under a guard, to its end or until `signal` aborts. Either way nothing that it started is left, and
 * if this process dies meanwhile, the guard sees to the same.
 * @throws Error when the guard itself fails
 */
export async function runGuarded(command: GuardedCommand): Promise<CommandEnd> {
  const { onOutput, signal, graceMs = 10_000, ...order } = command;
  const isStopped = (): boolean => signal?.aborted ?? false;
  if (isStopped()) return { kind: 'stopped', left: 0 };
  const guard = spawn(process.execPath, [guardProgram], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  const streams = streamsOf(guard);
  const stop = (): void => void streams.orders.end();
  signal?.addEventListener('abort', stop, { once: true });
  streams.orders.on('error', () => undefined);
  streams.orders.write(`${JSON.stringify({ ...order, graceMs } satisfies GuardOrder)}\n`);

  const exited = once(guard, 'exit');
  const complaints = text(streams.complaints);
  const reports = text(streams.reports);
  const forwarding = forward(streams.output, onOutput).then(
    () => null,
    (error: unknown) => {
      stop();
      return { error };
    },
  );
  try {
    await exited;
    const end = lastReport(await reports);
    const left = end === null ? await endProcessTree({ group: null, marker: order.marker }, 0) : leftBy(end);
    const failure = await Promise.race([forwarding, letGo(streams.output)]);
    if (failure !== null) throw failure.error;
    if (end?.kind === 'notStarted') return end;
    if (isStopped()) return { kind: 'stopped', left };
    if (end !== null) return end;
    throw new Error(`The guard of a command ended without a word. ${(await complaints).trim()}`);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function streamsOf(guard: ChildProcess): {
  readonly orders: Writable;
  readonly output: Readable;
  readonly complaints: Readable;
  readonly reports: Readable;
} {
  const [orders, output, complaints, reports] = guard.stdio;
  if (!orders || !output || !complaints || !reports) throw new Error('The guard has not all of its pipes.');
  return { orders, output, complaints, reports: reports as Readable };
}

async function forward(output: Readable, onOutput: GuardedCommand['onOutput']): Promise<void> {
  output.setEncoding('utf8');
  for await (const chunk of output) await onOutput(chunk as string);
}

function leftBy(end: CommandEnd): number {
  return end.kind === 'notStarted' ? 0 : end.left;
}

/** A process that nothing could end may hold the pipe for ever: what it still writes is let go after a while. */
async function letGo(output: Readable): Promise<null> {
  await wait(3_000, undefined, { ref: false });
  output.destroy();
  return null;
}

function lastReport(lines: string): Exclude<CommandEnd, { readonly kind: 'stopped' }> | null {
  const last = lines.trim().split('\n').at(-1) ?? '';
  if (last === '') return null;
  const report = JSON.parse(last) as GuardReport;
  switch (report.kind) {
    case 'started':
      return null;
    case 'notStarted':
      return report;
    case 'ended':
      return report.signal === null
        ? { kind: 'exited', code: report.code ?? -1, left: report.left }
        : { kind: 'killed', signal: report.signal, left: report.left };
  }
}
