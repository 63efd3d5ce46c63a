import { setTimeout as delay } from 'node:timers/promises';
import { crashesInARow, restartBackoff, restartDelay, type BackoffPolicy } from './backoff.ts';
import type { ObservedProcess } from './observed-state.ts';
import { endGroup, signalGroup } from './process-group.ts';
import { spawnLogged, type Command, type Ending, type Spawned } from './spawned.ts';

/** One server that is to run until it is told to end. */
export interface ChildSpec {
  readonly key: string;
  readonly replica: ObservedProcess['replica'];
  /** The port of the next start. */
  readonly choosePort: () => Promise<number>;
  /** @throws Error told as the problem; the start counts as a crash */
  readonly command: (port: number) => Promise<Command>;
  /** What hinders the server from being used now, in words; null when nothing does. */
  readonly hindrance: (port: number) => Promise<string | null>;
  /** Done once after each start, before it counts as ready. */
  readonly onceUp?: (port: number) => Promise<void>;
  /** A server that is not ready for this long is ended and started again. */
  readonly startTimeoutMs: number;
  readonly endGraceMs: number;
  readonly logFile: string;
  readonly backoff?: BackoffPolicy;
}

export interface Child {
  readonly spec: ChildSpec;
  observed(): ObservedProcess;
  /** From now on no traffic is sent to it. */
  markEnding(): void;
  /** Ends it; resolves when the whole process group is gone. */
  end(): Promise<void>;
}

const probeEveryMs = { starting: 100, ready: 1_000 } as const;

/** Starts a server and keeps it running: probed, started again after a crash with growing pauses. */
export function superviseChild(spec: ChildSpec, onChange: () => void): Child {
  const stop = new AbortController();
  let seen: ObservedProcess = {
    key: spec.key,
    process: null,
    port: 0,
    state: 'starting',
    restarts: 0,
    crashesInARow: 0,
    problem: null,
    lastLines: [],
    replica: spec.replica,
  };
  let ending = false;
  const stopped = (): boolean => stop.signal.aborted;

  const note = (facts: Partial<ObservedProcess>): void => {
    seen = { ...seen, ...facts, ...(ending ? { state: 'ending' } : {}) };
    onChange();
  };

  const startAndWatch = async (): Promise<{ readonly ending: Ending; readonly livedMs: number }> => {
    const port = await spec.choosePort();
    const command = await spec.command(port);
    if (stopped()) return { ending: { reason: '', lastLines: [] }, livedMs: 0 };
    const spawned = await spawnLogged(command, spec.logFile, spec.endGraceMs);
    const endNow = (): void => void endGroup(spawned.identity.pid, spec.endGraceMs);
    stop.signal.addEventListener('abort', endNow, { once: true });
    if (stopped()) endNow();
    note({ process: spawned.identity, port, state: 'starting' });
    const health = watchHealth(spec, port, spawned, (state, problem) => {
      const crashed = state === 'starting' && seen.crashesInARow > 0;
      note({ state, problem: crashed ? seen.problem : problem });
    });
    const how = await spawned.exited;
    stop.signal.removeEventListener('abort', endNow);
    const { livedMs, complaint } = await health;
    return { ending: complaint === null ? how : { ...how, reason: complaint }, livedMs };
  };

  const run = async (): Promise<void> => {
    while (!stopped()) {
      const { ending: how, livedMs } = await startAndWatch().catch((error: unknown) => ({
        ending: { reason: error instanceof Error ? error.message : String(error), lastLines: [] },
        livedMs: 0,
      }));
      if (stopped()) break;
      const backoff = spec.backoff ?? restartBackoff;
      const crashes = crashesInARow(seen.crashesInARow, livedMs, backoff);
      note({
        process: null,
        state: 'waiting',
        restarts: seen.restarts + 1,
        crashesInARow: crashes,
        problem: how.reason,
        lastLines: [...how.lastLines],
      });
      await delay(restartDelay(crashes, backoff), undefined, { signal: stop.signal }).catch(() => undefined);
    }
    note({ process: null });
  };

  const running = run();
  return {
    spec,
    observed: () => seen,
    markEnding: () => {
      ending = true;
      note({});
    },
    end: async () => {
      ending = true;
      stop.abort();
      await running;
    },
  };
}

/** Probes until the process has ended; ends it when it is not ready for too long. */
async function watchHealth(
  spec: ChildSpec,
  port: number,
  spawned: Spawned,
  tell: (state: 'ready' | 'unready' | 'starting', problem: string | null) => void,
): Promise<{ readonly livedMs: number; readonly complaint: string | null }> {
  let gone = false;
  const exited = spawned.exited.then(() => {
    gone = true;
  });
  let readySince: number | null = null;
  let unreadySince = Date.now();
  let state: 'starting' | 'ready' | 'unready' = 'starting';
  let misses = 0;
  let told: string | null = null;
  let complaint: string | null = null;
  const isGone = (): boolean => gone;
  while (!isGone()) {
    const hindrance =
      (await spec.hindrance(port)) ?? (readySince === null ? await finishStart(spec, port) : null);
    if (isGone()) break;
    misses = hindrance === null ? 0 : misses + 1;
    if (hindrance === null && state !== 'ready') {
      readySince ??= Date.now();
      state = 'ready';
      tell(state, null);
    } else if (state === 'ready' && misses >= 2) {
      unreadySince = Date.now();
      state = 'unready';
      tell(state, hindrance);
    } else if (state !== 'ready' && Date.now() - unreadySince > spec.startTimeoutMs && complaint === null) {
      complaint = `was not ready within ${Math.round(spec.startTimeoutMs / 1000)} s: ${hindrance ?? ''}`;
      signalGroup(spawned.identity.pid, 'SIGKILL');
    } else if (state === 'starting' && hindrance !== told) {
      told = hindrance;
      tell(state, hindrance);
    }
    await Promise.race([exited, delay(probeEveryMs[state === 'ready' ? 'ready' : 'starting'])]);
  }
  return { livedMs: readySince === null ? 0 : Date.now() - readySince, complaint };
}

/** @returns what hinders the start from being finished, or null */
async function finishStart(spec: ChildSpec, port: number): Promise<string | null> {
  try {
    await spec.onceUp?.(port);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
