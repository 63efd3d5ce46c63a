import { spawn } from 'node:child_process';
import { createRedactor } from '../../core/redact.ts';
import { explainExit, type Exit } from './explain-exit.ts';
import { lastLines, openLog } from './log-file.ts';
import { endGroup } from './process-group.ts';
import { startTimeOf, type ProcessIdentity } from './process-identity.ts';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Values that must not be told to anyone. */
  readonly secretValues: readonly string[];
}

/** A process that leads a group of its own and appends to a log. */
export interface Spawned {
  readonly identity: ProcessIdentity;
  /** Resolves when the process has ended and what is left of its group too. */
  readonly exited: Promise<Ending>;
}

export interface Ending {
  readonly reason: string;
  readonly lastLines: readonly string[];
}

const shownLines = 12;

/** Starts the command. @throws Error when the program cannot be started at all */
export async function spawnLogged(command: Command, logFile: string, graceMs: number): Promise<Spawned> {
  const log = await openLog(logFile);
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: { ...command.env },
    detached: true,
    stdio: ['ignore', log.handle.fd, log.handle.fd],
  });
  const exit = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } finally {
    await log.handle.close();
  }
  const pid = child.pid ?? 0;
  const startTime = (await startTimeOf(pid)) ?? 'ended at once';
  const exited = exit.then(async (how): Promise<Ending> => {
    await endGroup(pid, graceMs);
    const lines = await lastLines(logFile, log.begin, shownLines);
    const shown = lines.map(createRedactor(command.secretValues).text);
    return { reason: explainExit(how, shown), lastLines: shown };
  });
  return { identity: { pid, startTime }, exited };
}
