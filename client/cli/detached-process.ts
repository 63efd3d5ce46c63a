import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { HomePaths } from '../../local/home.ts';
import { isRunning, startTimeOf } from '../../local/supervisor/process-identity.ts';
import type { ProcessIdentity } from '../../local/supervisor/process-identity.ts';

/** A program of Longhaul's that outlives the command that started it. */
export interface DetachedProcess extends ProcessIdentity {
  readonly logFile: string;
}

/** Starts a program of ours on its own; its log is appended to. @throws Error when it cannot be started at all */
export async function startDetached(
  home: HomePaths,
  args: readonly string[],
  logFile: string,
): Promise<DetachedProcess> {
  mkdirSync(home.logs, { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(process.execPath, [...args], {
      detached: true,
      cwd: home.root,
      stdio: ['ignore', log, log],
      env: { ...process.env, LONGHAUL_HOME: home.root },
    });
    await once(child, 'spawn');
    child.unref();
    const pid = child.pid ?? 0;
    return { pid, startTime: (await startTimeOf(pid)) ?? 'ended', logFile };
  } finally {
    closeSync(log);
  }
}

/** What the file says of a process, while that runs; null for a file that is gone or half-written. */
export async function readRunning<P extends ProcessIdentity>(file: string): Promise<P | null> {
  try {
    const known = JSON.parse(await readFile(file, 'utf8')) as P;
    return (await isRunning(known)) ? known : null;
  } catch {
    return null;
  }
}

/** The newest line of its log, for telling why it ended. */
export async function lastLogLine({ logFile }: DetachedProcess): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1) ?? '';
}
