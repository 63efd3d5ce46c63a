import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, startTimeOf } from '../../local/supervisor/process-identity.ts';
import type { ProcessIdentity } from '../../local/supervisor/process-identity.ts';
import { awaitReady } from './await-ready.ts';
import type { ClusterPlace } from './place.ts';

/** One server of the cluster: what is started, and with which variables. */
export interface Component {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A component, and the process that waits for it outside of its namespaces. */
export interface StartedComponent extends Component {
  readonly process: ProcessIdentity;
}

/** Starts a component that outlives this process, with its output in its log, and records it. */
export async function startComponent(place: ClusterPlace, component: Component): Promise<StartedComponent> {
  mkdirSync(place.logs, { recursive: true });
  mkdirSync(place.processes, { recursive: true });
  const log = openSync(logOf(place, component.name), 'a');
  const child = spawn(component.command, [...component.args], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...component.environment },
    cwd: place.folder,
  });
  closeSync(log);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      resolve(child.pid ?? 0);
    });
  });
  child.unref();
  const started = { ...component, process: { pid, startTime: (await startTimeOf(pid)) ?? '' } };
  writeFileSync(recordOf(place, component.name), JSON.stringify(started, null, 2));
  return started;
}

/** Starts a component that was stopped, or has ended, as it was started before. */
export async function startComponentAgain(place: ClusterPlace, name: string): Promise<StartedComponent> {
  const known = readComponent(place, name);
  return (await isRunning(known.process)) ? known : startComponent(place, known);
}

/** Ends a component as a crash would, at once, and returns when it is gone. */
export async function stopComponent(place: ClusterPlace, name: string): Promise<void> {
  const { process: identity } = readComponent(place, name);
  if (!(await isRunning(identity))) return;
  await signalComponent(place, name, 'SIGKILL');
  await awaitReady(`the end of ${name}`, 10, async () => {
    if (await isRunning(identity)) throw new Error(`its process ${identity.pid} still runs`);
  });
}

/**
 * Sends a signal to a component itself, not to what waits for it: that one stops itself when its child is stopped, and has
 * to be told to go on, or it never sees the child's end.
 */
export async function signalComponent(
  place: ClusterPlace,
  name: string,
  signal: NodeJS.Signals,
): Promise<void> {
  const { process: identity } = readComponent(place, name);
  if (!(await isRunning(identity))) throw new Error(`${name} does not run, so it cannot be sent ${signal}`);
  for (const pid of await childrenOf(identity.pid)) kill(pid, signal);
  if (signal !== 'SIGSTOP') kill(identity.pid, 'SIGCONT');
}

/** The processes that a process has started and that still run; by its number in this namespace. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Every component that was started here. */
export function readComponents(place: ClusterPlace): readonly StartedComponent[] {
  try {
    return readdirSync(place.processes).map((file) => readComponent(place, file.replace(/\.json$/, '')));
  } catch {
    return [];
  }
}

/** The names of components that were started and run no more. */
export async function endedComponents(place: ClusterPlace): Promise<readonly string[]> {
  const ended = [];
  for (const { name, process: identity } of readComponents(place))
    if (!(await isRunning(identity))) ended.push(name);
  return ended;
}

/** The last lines of components' logs, each under its name. */
export const lastWordsOf = (place: ClusterPlace, names: readonly string[]): string =>
  names
    .map((name) => {
      const log = readFileSync(logOf(place, name), 'utf8').trimEnd();
      return `\n\n${name} has ended. Its last lines:\n${log.split('\n').slice(-10).join('\n')}`;
    })
    .join('');

const logOf = (place: ClusterPlace, name: string): string => join(place.logs, `${name}.log`);
const recordOf = (place: ClusterPlace, name: string): string => join(place.processes, `${name}.json`);

function readComponent(place: ClusterPlace, name: string): StartedComponent {
  return JSON.parse(readFileSync(recordOf(place, name), 'utf8')) as StartedComponent;
}
