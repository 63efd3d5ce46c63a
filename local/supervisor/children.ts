import { setTimeout as delay } from 'node:timers/promises';
import { superviseChild, type Child, type ChildSpec } from './child.ts';
import type { ObservedProcess } from './observed-state.ts';

/** The servers under supervision, by key. */
export interface Children {
  readonly observed: () => readonly ObservedProcess[];
  readonly has: (key: string) => boolean;
  readonly start: (spec: ChildSpec) => void;
  /** Replicas that are not wanted any more and still get traffic. */
  readonly surplus: (wanted: ReadonlySet<string>) => readonly string[];
  /** No new traffic from the next writing of routes on. */
  readonly markEnding: (key: string) => void;
  /** Ends one after `drainMs`, the time for answers that are under way. */
  readonly endLater: (key: string, drainMs: number) => Promise<void>;
  readonly endReplicas: () => Promise<void>;
  readonly end: (key: string) => Promise<void>;
}

export function createChildren(onChange: () => void): Children {
  const children = new Map<string, Child>();
  const end = async (key: string): Promise<void> => {
    await children.get(key)?.end();
    children.delete(key);
    onChange();
  };
  const replicas = (): readonly Child[] => [...children.values()].filter(({ spec }) => spec.replica !== null);
  return {
    observed: () => [...children.values()].map((child) => child.observed()),
    has: (key) => children.has(key),
    start: (spec) => {
      children.set(spec.key, superviseChild(spec, onChange));
    },
    surplus: (wanted) =>
      replicas()
        .filter((child) => !wanted.has(child.spec.key) && child.observed().state !== 'ending')
        .map(({ spec }) => spec.key),
    markEnding: (key) => children.get(key)?.markEnding(),
    endLater: async (key, drainMs) => {
      await delay(drainMs);
      await end(key);
    },
    endReplicas: async () => {
      await Promise.all(replicas().map(({ spec }) => end(spec.key)));
    },
    end,
  };
}
