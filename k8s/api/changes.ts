import { LonghaulError } from '../../core/errors.ts';
import type { Cluster, Labels } from './cluster.ts';
import type { ApiConnection } from './connection.ts';
import { selectorOf } from './resources.ts';
import type { Resource, Resources } from './resources.ts';
import { watch } from './watch.ts';

/** A watch that nobody asks after for this long is closed. */
const idleMs = 30_000;

interface Held {
  readonly close: () => void;
  /** When it changed last, counted in changes of any; 0 until it stands. */
  changed: number;
  failure: Error | undefined;
  askedAt: number;
  waiting: number;
}

/**
 * `changed` of a Cluster. The first call starts the watches and resolves once they stand: who looks after that, and then
 * calls again, misses nothing. Calls with the same kinds and labels share one connection a kind, which is closed when
 * nobody asks any more.
 */
export function createChanges(
  connection: ApiConnection,
  resources: Resources,
  namespace: string,
): Cluster['changed'] {
  const held = new Map<string, Held>();
  /** Changes counted when a question was last answered. */
  const answered = new Map<string, number>();
  const waiters = new Set<() => void>();
  let changes = 0;
  const wakeAll = (): void => {
    for (const wake of waiters) wake();
  };

  const hold = (resource: Resource, labels: Labels): Held => {
    const key = `${resource.apiVersion} ${resource.kind} ${selectorOf(labels) ?? ''}`;
    const had = held.get(key);
    if (had !== undefined && had.failure === undefined) return had;
    if (held.size === 0) setTimeout(closeIdle, idleMs).unref();
    const closing = new AbortController();
    const one: Held = {
      close: () => {
        closing.abort();
        held.delete(key);
      },
      ...{ changed: 0, failure: undefined, askedAt: Date.now(), waiting: 0 },
    };
    held.set(key, one);
    watch(connection, { resource, namespace, labels }, closing.signal, () => {
      one.changed = ++changes;
      wakeAll();
    }).catch((error: unknown) => {
      one.failure = error instanceof Error ? error : new Error(String(error));
      wakeAll();
    });
    return one;
  };

  const closeIdle = (): void => {
    for (const { askedAt, close, waiting } of held.values())
      if (waiting === 0 && Date.now() - askedAt >= idleMs) close();
    if (held.size === 0) answered.clear();
    else setTimeout(closeIdle, idleMs).unref();
  };

  return async (kinds, labels, withinMs) => {
    const deadline = Date.now() + withinMs;
    const found = await Promise.all(kinds.map((kind) => resources.find(kind)));
    const ones = found.filter((resource) => resource !== null).map((resource) => hold(resource, labels));
    const question = [
      ...kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
      selectorOf(labels) ?? '',
    ].join();
    const before = answered.get(question) ?? 0;
    const settled = (): boolean => {
      for (const { failure } of ones) if (failure !== undefined && !isAbsent(failure)) throw failure;
      const standing = ones.every(({ changed, failure }) => changed > 0 || failure !== undefined);
      return standing && ones.some(({ changed }) => changed > before);
    };
    for (const one of ones) one.waiting += 1;
    try {
      await settledBy(deadline, settled, waiters);
    } finally {
      answered.set(question, changes);
      for (const one of ones) {
        one.waiting -= 1;
        one.askedAt = Date.now();
      }
    }
  };
}

/** Looks again whenever it is woken. */
async function settledBy(deadline: number, settled: () => boolean, waiters: Set<() => void>): Promise<void> {
  while (!settled()) {
    const left = deadline - Date.now();
    if (left <= 0) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        waiters.delete(end);
        resolve();
      };
      const timer = setTimeout(end, left);
      waiters.add(end);
    });
  }
}

/** A kind whose CRD is gone has no changes. */
const isAbsent = (error: unknown): boolean => error instanceof LonghaulError && error.type === 'NotFound';
