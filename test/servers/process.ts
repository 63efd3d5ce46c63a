import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A port on the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

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
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`exit ${String(code)} ${String(signal)}`));
  });
  let running = true;
  void ended.then(() => (running = false));
  const stop = async (): Promise<void> => {
    if (running && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  const deadline = Date.now() + 100_000;
  while (!(await answers(input.ready))) {
    if (!running || Date.now() > deadline) {
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
