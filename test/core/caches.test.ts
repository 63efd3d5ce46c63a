import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bytesToFree,
  cacheKinds,
  chooseEntries,
  mayGo,
  type CacheEntry,
  type CachesInUse,
} from '../../core/caches.ts';

const day = 24 * 60 * 60_000;
const idle: CachesInUse = { since: null, served: new Set(), uvRuns: false, notesReads: true };
const entry = (given: Partial<CacheEntry>): CacheEntry => ({
  ...{ kind: 'hub', name: 'models--a', path: '/hub/models--a', also: [], bytes: 100, usedAt: 10 * day },
  ...given,
});

test('a file system notes a reading only once a day, so what was read the day before a step began may be its own', () => {
  const running = { ...idle, since: 10 * day };
  expect(mayGo(entry({ usedAt: 9 * day + 1 }), running)).toBe(false);
  expect(mayGo(entry({ usedAt: 9 * day - 1 }), running)).toBe(true);
  expect(mayGo(entry({ usedAt: 1 }), { ...running, notesReads: false })).toBe(false);
});

test('an environment says exactly when it was given to somebody, and one that serves a model stays', () => {
  const environment = entry({ kind: 'environments', path: '/python/a', usedAt: 10 * day });
  expect(mayGo(environment, { ...idle, since: 10 * day })).toBe(false);
  expect(mayGo(environment, { ...idle, since: 10 * day + 1 })).toBe(true);
  expect(mayGo(environment, { ...idle, served: new Set(['/python/a']) })).toBe(false);
});

test('nothing goes from the cache of uv while it runs', () => {
  expect(mayGo(entry({ kind: 'uv', usedAt: 0 }), { ...idle, uvRuns: true })).toBe(false);
});

const entries = fc.array(
  fc.record({
    kind: fc.constantFrom(...cacheKinds),
    name: fc.string(),
    path: fc.constantFrom('/a', '/b', '/c'),
    also: fc.constant([]),
    bytes: fc.nat(1_000),
    usedAt: fc.nat(20 * day),
  }),
);
const inUse = fc.record({
  since: fc.option(fc.nat(20 * day)),
  served: fc.constantFrom(new Set<string>(), new Set(['/a'])),
  uvRuns: fc.boolean(),
  notesReads: fc.boolean(),
});

test('what goes is free to go, is the longest unused, suffices where anything does, and is no more than that', () => {
  fc.assert(
    fc.property(entries, inUse, fc.nat(10_000), (all, held, bytes) => {
      const chosen = chooseEntries(all, held, bytes);
      const left = all.filter((one) => !chosen.includes(one) && one.bytes > 0 && mayGo(one, held));
      expect(chosen.every((one) => mayGo(one, held))).toBe(true);
      const newest = Math.max(0, ...chosen.map(({ usedAt }) => usedAt));
      expect(left.every(({ usedAt }) => usedAt >= newest)).toBe(true);
      const sum = (some: readonly CacheEntry[]): number => some.reduce((total, one) => total + one.bytes, 0);
      if (left.length > 0) expect(sum(chosen)).toBeGreaterThanOrEqual(bytes);
      if (chosen.length > 0) expect(sum(chosen.slice(0, -1))).toBeLessThan(bytes);
    }),
  );
});

test('nothing is to be freed at the limit; above it, also a tenth of room', () => {
  expect(bytesToFree(1_000, 1_000)).toBe(0);
  expect(bytesToFree(1_001, 1_000)).toBe(101);
});
