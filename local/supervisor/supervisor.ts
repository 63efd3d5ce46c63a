import { LonghaulError } from '../../core/errors.ts';
import type { HomePaths } from '../home.ts';
import { createBell } from './bell.ts';
import { createChildren, type Children } from './children.ts';
import { stateVersion, type DesiredState, type StackSettings } from './desired-state.ts';
import { fixedPorts, refuseTakenPorts } from './fixed-ports.ts';
import { endLeftovers, endUnnoted } from './leftovers.ts';
import type { ObservedProcess, ObservedState } from './observed-state.ts';
import { freePort } from './ports.ts';
import { isRunning, startTimeOf } from './process-identity.ts';
import { replicaSpec, wantedReplicas } from './replica.ts';
import { createRouting } from './routing.ts';
import { serviceSpecs } from './services.ts';
import { startPhase } from './start-phase.ts';
import { readDesired, readObserved, writeObserved } from './state-files.ts';
import { watchFile } from './watch-file.ts';

/**
 * Runs the stack until `stop` is aborted: ends leftovers, starts the services, and keeps processes, routes and
 * scrape targets as the desired state says. All that it starts has ended when this resolves or throws.
 * @throws LonghaulError when the stack cannot be started; the observed state tells it too
 */
export async function runSupervisor(home: HomePaths, stop: AbortSignal): Promise<void> {
  const before = await readObserved(home);
  if (before.supervisor !== null && (await isRunning(before.supervisor)))
    throw new LonghaulError('Conflict', `A supervisor already runs for ${home.root}.`);
  const me = { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? '' };
  const base: ObservedState = {
    ...before,
    version: stateVersion,
    supervisor: me,
    phase: 'starting',
    problem: null,
  };
  await writeObserved(home, { ...base, routedRevision: 0 });
  const session = createSession(home, base);
  try {
    await endLeftovers(before);
    await endUnnoted(home);
    await session.run(stop);
    await writeObserved(home, { ...base, processes: [], phase: 'stopped' });
  } catch (error) {
    await session.endAll();
    const problemType = error instanceof LonghaulError && error.type === 'Conflict' ? 'Conflict' : 'NotReady';
    const problem = messageOf(error);
    await writeObserved(home, { ...base, processes: [], phase: 'failed', problem, problemType });
    throw error;
  }
}

interface Session {
  run(stop: AbortSignal): Promise<void>;
  endAll(): Promise<void>;
}

function createSession(home: HomePaths, base: ObservedState): Session {
  const bell = createBell();
  const children = createChildren(bell.ring);
  const routing = createRouting(home);
  let observed: ObservedState = { ...base, processes: [] };
  let services: readonly string[] = [];
  let latest: DesiredState | undefined;
  let reachable: ReadonlySet<string> = new Set();

  const tell = async (facts: Partial<ObservedState>): Promise<void> => {
    const processes = children.observed().map((process) => asUsersSeeIt(process, reachable));
    const next = { ...observed, ...facts, processes };
    if (JSON.stringify(next) === JSON.stringify(observed)) return;
    await writeObserved(home, next);
    observed = next;
  };

  const endAll = async (): Promise<void> => {
    await children.end('envoy');
    await children.endReplicas();
    await Promise.all(services.map((key) => children.end(key)));
  };

  /** The newest desired state; an unreadable one is told, and the last good one stays in force. */
  const newest = async (): Promise<DesiredState> => {
    try {
      latest = await desiredOrThrow(home);
      await tell({ problem: null });
    } catch (error) {
      if (latest === undefined) throw error;
      await tell({ problem: messageOf(error) });
    }
    return latest;
  };

  const follow = async (desired: DesiredState): Promise<void> => {
    startMissing(desired, children, home, () => latest?.stack ?? desired.stack);
    const surplus = children.surplus(new Set(wantedReplicas(desired).map(({ key }) => key)));
    surplus.forEach(children.markEnding);
    await tell({});
    const processes = children.observed();
    const routed = await routing.follow(desired, processes);
    reachable = new Set(processes.filter(({ state }) => state === 'ready').map(startOf));
    for (const key of surplus) void children.endLater(key, desired.stack.drainMs);
    await tell(routed ? { routedRevision: desired.revision } : {});
  };

  /** A full disk, say: what serves users goes on serving them, and the next turn tries again. */
  const bearOnceStarted = (error: unknown): void => {
    if (observed.phase === 'starting') throw error;
    console.error(messageOf(error));
  };

  return {
    endAll,
    run: async (stop) => {
      const first = await newest();
      await refuseTakenPorts(first.stack);
      await routing.begin(first.stack);
      await routing.follow(first, []);
      const specs = serviceSpecs(home, first.stack);
      services = specs.map(({ key }) => key);
      specs.forEach(children.start);
      const unwatch = watchFile(home.desired, bell.ring);
      stop.addEventListener('abort', bell.ring, { once: true });
      try {
        while (!stop.aborted) {
          await newest().then(follow).catch(bearOnceStarted);
          if (observed.phase === 'starting') await tell(startPhase(observed, services));
          await bell.rung();
        }
      } finally {
        unwatch();
      }
      await tell({ phase: 'stopping' });
      await endAll();
    },
  };
}

/** A replica counts as ready once Envoy knows it, too: whoever reads `ready` may send it traffic. */
function asUsersSeeIt(process: ObservedProcess, reachable: ReadonlySet<string>): ObservedProcess {
  const hidden = process.replica !== null && process.state === 'ready' && !reachable.has(startOf(process));
  return hidden ? { ...process, state: 'starting' } : process;
}

const startOf = ({ key, port }: ObservedProcess): string => `${key}:${port}`;

function startMissing(
  desired: DesiredState,
  children: Children,
  home: HomePaths,
  stack: () => StackSettings,
): void {
  const choosePort = async (): Promise<number> => {
    const used = children.observed().map(({ port }) => port);
    return freePort(new Set([...used, ...fixedPorts(desired.stack).map(({ port }) => port)]));
  };
  for (const wanted of wantedReplicas(desired))
    if (!children.has(wanted.key)) children.start(replicaSpec(wanted, { home, stack, choosePort }));
}

async function desiredOrThrow(home: HomePaths): Promise<DesiredState> {
  const desired = await readDesired(home);
  if (desired !== null) return desired;
  throw new LonghaulError('NotFound', `${home.desired} does not exist.`, {
    mend: '`longhaul up` writes it.',
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
