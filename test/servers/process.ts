import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A port that was free a moment ago, on the loopback unless another address of this machine is named. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, host, resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Seconds are enough, but for a busy machine and programs that compile themselves at their first start. */
const START_MS = 240_000;

export interface StartedProcess {
  /** Everything it has written so far. */
  readonly output: () => string;
  /** Ends the process and its children, and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Starts a program in a process group of its own and waits until `ready` answers 200. */
export async function startProcess(input: {
  readonly command: string;
  readonly args: readonly string[];
  readonly ready: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<StartedProcess> {
  const child = spawn(input.command, [...input.args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...input.env },
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(`exit ${String(code)} ${String(signal)}`);
    });
  });
  const isRunning = (): boolean =>
    child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && isRunning()) process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  const deadline = Date.now() + START_MS;
  while (!(await answers(input.ready))) {
    if (!isRunning() || Date.now() > deadline) {
      await stop();
      throw new Error(`${input.command} did not get ready (${await ended}):\n${output}`);
    }
    await pause(100);
  }
  return { output: () => output, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
