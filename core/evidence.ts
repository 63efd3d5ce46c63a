import { canonicalJson } from './canonical-json.ts';
import type { Evidence } from './release.ts';

/** How people call the parts that evidence is made of. */
const parts: readonly (readonly [key: keyof Evidence, word: string])[] = [
  ['commit', 'the commit'],
  ['configDigest', 'the configuration'],
  ['data', 'the data'],
  ['ciRun', 'the CI run'],
  ['candidateVersion', 'the candidate'],
  ['championVersion', 'the champion'],
  ['metrics', 'the metrics'],
  ['loadTest', 'the load test'],
  ['integrationLog', 'the integration tests'],
  ['image', 'the image'],
];

/** `the champion has changed (1, now 2)`: why an answer to the first is none to the second. */
export const evidenceChange = (before: Evidence, now: Evidence): string => {
  const changed = parts.filter(([key]) => textOf(before[key]) !== textOf(now[key]));
  if (changed.length === 0) return 'it was asked again';
  const told = changed.map(([key, word]) => {
    const [old, is] = [before[key] ?? null, now[key] ?? null];
    return isShort(old) && isShort(is) ? `${word} (${old ?? 'none'}, now ${is ?? 'none'})` : word;
  });
  return `${told.join(', ')} ${changed.length === 1 ? 'has' : 'have'} changed`;
};

const textOf = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));

const isShort = (value: unknown): value is string | null =>
  value === null || (typeof value === 'string' && value.length <= 20);
