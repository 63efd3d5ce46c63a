import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LonghaulError } from '../core/errors.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { awaitObserved } from './await-observed.ts';
import { clusterScrapeJobs } from './cluster-scrape-jobs.ts';
import type { HomePaths } from './home.ts';
import { stackSettings } from './stack.ts';
import { stateVersion, type StackSettings } from './supervisor/desired-state.ts';
import { endLeftovers, endUnnoted } from './supervisor/leftovers.ts';
import { lastLines } from './supervisor/log-file.ts';
import { nothingObserved, type ObservedState } from './supervisor/observed-state.ts';
import { isRunning, startTimeOf, type ProcessIdentity } from './supervisor/process-identity.ts';
import { changeDesired, readObserved, writeObserved } from './supervisor/state-files.ts';
import type { Tools } from './tools.ts';
import { withLock } from './with-lock.ts';

const startWithinMs = 300_000;
const stopWithinMs = 60_000;
/** The turn of a start that was killed goes to the next after this long. */
const takenOverAfterMs = 5_000;

/** What became of a service, for a progress line: `mlflow is ready`. */
export interface ServiceProgress {
  readonly name: string;
  readonly state: 'starting' | 'ready' | 'waiting';
  readonly problem: string | null;
}

export interface StartOptions {
  readonly home: HomePaths;
  readonly server: ServerConfig;
  readonly tools: Tools;
  readonly onProgress?: (progress: ServiceProgress) => void;
}

/**
 * Starts the supervisor of this home, detached, and waits until the whole stack is ready. When one already runs,
 * it is given the newest settings. A failed start leaves nothing running.
 * @throws LonghaulError Conflict when a port is taken, NotReady when a server does not start
 */
export async function startSupervisor(options: StartOptions): Promise<{ readonly alreadyRunning: boolean }> {
  const { home, server, tools, onProgress } = options;
  const start = async (): Promise<{ readonly alreadyRunning: boolean }> => {
    await putStack(home, stackSettings(server, tools, await clusterScrapeJobs(server, home)));
    const status = await supervisorStatus(home);
    if (!status.running) await launch(home);
    await awaitStack(home, onProgress ?? (() => undefined));
    return { alreadyRunning: status.running };
  };
  return withLock(join(home.supervisor, 'start'), start, takenOverAfterMs);
}

/**
 * Ends the supervisor and all that it runs; what shall run stays written down for the next start.
 * Leftovers of a supervisor that was killed are ended as well.
 * @returns whether anything was running
 */
export async function stopSupervisor(home: HomePaths): Promise<boolean> {
  const { running, observed } = await supervisorStatus(home);
  if (!running || observed.supervisor === null) {
    const ended = await endLeftovers(observed);
    await endUnnoted(home);
    if (observed.processes.length > 0) await writeObserved(home, nothingObserved);
    return ended.length > 0;
  }
  const { supervisor } = observed;
  if (!(await tellToEnd(supervisor))) return true;
  const ended = await awaitObserved(home, stopWithinMs, async () =>
    (await isRunning(supervisor)) ? null : true,
  );
  if (ended === null)
    throw new LonghaulError('NotVerified', `The supervisor (process ${supervisor.pid}) does not end.`, {
      mend: `Its log: ${logFile(home)}`,
    });
  return true;
}

/** @returns false when it has ended by itself in this very moment */
async function tellToEnd(supervisor: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(supervisor.pid, 'SIGTERM');
    return true;
  } catch (error) {
    if (await isRunning(supervisor)) throw error;
    return false;
  }
}

export interface SupervisorStatus {
  readonly running: boolean;
  readonly observed: ObservedState;
}

/** What the supervisor last wrote, and whether it still runs. */
export async function supervisorStatus(home: HomePaths): Promise<SupervisorStatus> {
  const observed = await readObserved(home);
  return { observed, running: observed.supervisor !== null && (await isRunning(observed.supervisor)) };
}

async function putStack(home: HomePaths, stack: StackSettings): Promise<void> {
  await changeDesired(home, (state) => {
    if (state === null) return { version: stateVersion, revision: 0, stack, lanes: {} };
    return JSON.stringify(state.stack) === JSON.stringify(stack) ? state : { ...state, stack };
  });
}

async function launch(home: HomePaths): Promise<void> {
  await mkdir(home.logs, { recursive: true });
  const log = await open(logFile(home), 'a', 0o600);
  const begin = (await log.stat()).size;
  const child = spawn(process.execPath, [supervisorMain(), '--home', home.root], {
    cwd: home.root,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  child.unref();
  await takenOver(home, child, begin);
}

/** Waits for the first sign of the new supervisor: what was observed before is of an earlier one. */
async function takenOver(home: HomePaths, child: ChildProcess, logBegin: number): Promise<void> {
  const pid = child.pid;
  if (pid === undefined) throw new LonghaulError('NotReady', `${process.execPath} cannot be started.`);
  const startTime = await startTimeOf(pid);
  const sign = await awaitObserved(home, 30_000, async (observed) => {
    if (observed.supervisor?.pid === pid && observed.supervisor.startTime === startTime) return 'written';
    return (await startTimeOf(pid)) === startTime ? null : 'ended';
  });
  if (sign === 'written') return;
  const lines = await lastLines(logFile(home), logBegin, 5);
  throw new LonghaulError('NotReady', `The supervisor does not start: ${lines.join(' ')}`);
}

async function awaitStack(home: HomePaths, onProgress: (progress: ServiceProgress) => void): Promise<void> {
  const told = new Map<string, string>();
  const up = await awaitObserved(home, startWithinMs, async (observed) => {
    tellProgress(observed, told, onProgress);
    if (observed.phase === 'running') return true;
    if (observed.supervisor !== null && !(await isRunning(observed.supervisor))) throw await whyEnded(home);
    return null;
  });
  if (up !== null) return;
  await stopSupervisor(home);
  throw new LonghaulError('NotReady', `The stack is not ready after ${startWithinMs / 1000} s.`, {
    mend: `The logs are in ${home.logs}.`,
  });
}

/** Read again: its last word is newer than the look at which it was found gone. */
async function whyEnded(home: HomePaths): Promise<LonghaulError> {
  const { phase, problem, problemType = 'NotReady' } = await readObserved(home);
  if (phase === 'failed' && problem !== null) return new LonghaulError(problemType, problem);
  return new LonghaulError('NotReady', 'The supervisor ended.', { mend: `Its log: ${logFile(home)}` });
}

function tellProgress(
  observed: ObservedState,
  told: Map<string, string>,
  onProgress: (progress: ServiceProgress) => void,
): void {
  for (const { key, state, problem, replica } of observed.processes) {
    if (replica !== null || told.get(key) === state) continue;
    told.set(key, state);
    if (state === 'starting' || state === 'ready' || state === 'waiting')
      onProgress({ name: key, state, problem });
  }
}

/** `main.ts` beside this file when it runs from source, `main.js` when it was compiled. */
function supervisorMain(): string {
  const here = fileURLToPath(import.meta.url);
  return join(here, '..', 'supervisor', `main${extname(here)}`);
}

const logFile = (home: HomePaths): string => join(home.logs, 'supervisor.log');
