import { LonghaulError } from '../../core/errors.ts';
import type { HomePaths } from '../home.ts';
import { createBell } from './bell.ts';
import { createChildren, type Children } from './children.ts';
import { stateVersion, type DesiredState, type StackSettings } from './desired-state.ts';
import { endLeftovers } from './leftovers.ts';
import type { ObservedState } from './observed-state.ts';
import { freePort, isFree } from './ports.ts';
import { isRunning, startTimeOf } from './process-identity.ts';
import { replicaSpec, wantedReplicas } from './replica.ts';
import { createRouting } from './routing.ts';
import { fixedPorts, serviceSpecs } from './services.ts';
import { readDesired, readObserved, writeObserved } from './state-files.ts';
import { watchFile } from './watch-file.ts';

/** A service that crashes this often before the stack has once been up ends the start. */
const crashesBeforeGivingUp = 3;

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
  const base: ObservedState = { ...before, version: stateVersion, supervisor: me, phase: 'starting', problem: null };
  await writeObserved(home, { ...base, routedRevision: 0 });
  const session = createSession(home, base);
  try {
    await endLeftovers(before);
    await session.run(stop);
    await writeObserved(home, { ...base, processes: [], phase: 'stopped' });
  } catch (error) {
    const problem = messageOf(error);
    await session.endAll();
    await writeObserved(home, { ...base, processes: [], phase: 'failed', problem });
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

  const tell = async (facts: Partial<ObservedState>): Promise<void> => {
    const next = { ...observed, ...facts, processes: [...children.observed()] };
    if (JSON.stringify(next) === JSON.stringify(observed)) return;
    observed = next;
    await writeObserved(home, next);
  };

  const endAll = async (): Promise<void> => {
    await children.end('envoy');
    await children.endReplicas();
    for (const key of [...services].reverse()) await children.end(key);
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
    const routed = await routing.follow(desired, children.observed());
    for (const key of surplus) void children.endLater(key, desired.stack.drainMs);
    await tell(routed ? { routedRevision: desired.revision } : {});
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
          await follow(await newest());
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

/** `running` once every service is ready. @throws LonghaulError NotReady when one keeps crashing */
function startPhase(observed: ObservedState, services: readonly string[]): Partial<ObservedState> {
  const states = observed.processes.filter(({ key }) => services.includes(key));
  const broken = states.find(({ crashesInARow }) => crashesInARow >= crashesBeforeGivingUp);
  if (broken !== undefined) {
    const log = broken.lastLines.map((line) => `\n  ${line}`).join('');
    throw new LonghaulError('NotReady', `${broken.key} does not start: ${broken.problem ?? ''}${log}`);
  }
  return states.every(({ state }) => state === 'ready') ? { phase: 'running' } : {};
}

async function desiredOrThrow(home: HomePaths): Promise<DesiredState> {
  const desired = await readDesired(home);
  if (desired !== null) return desired;
  throw new LonghaulError('NotFound', `${home.desired} does not exist.`, { mend: '`longhaul up` writes it.' });
}

async function refuseTakenPorts(stack: StackSettings): Promise<void> {
  for (const { port, what, key } of fixedPorts(stack))
    if (!(await isFree(port)))
      throw new LonghaulError('Conflict', `Port ${port}, for ${what}, is taken by another program.`, {
        mend: `End that program, or set \`${key}\` in longhaul.server.yaml to a free port.`,
      });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
