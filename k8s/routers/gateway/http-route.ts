import { candidateHeader, listOf, textOf } from '../split/dialect.ts';
import type { Dialect, Fields } from '../split/dialect.ts';
import type { Track } from '../../../core/serving.ts';

/** The Service that has the pods of one track alone: a backend of an HTTPRoute names no subset. */
export const trackService = (service: string, track: Track): string => `${service}-${track}`;

/** Rules of a Gateway API HTTPRoute: backends are the Services of tracks, or the Service itself for both. */
export function httpRouteDialect(service: string, namespace: string): Dialect {
  const roles = {
    [service]: 'both',
    [`${service}-stable`]: 'stable',
    [`${service}-candidate`]: 'candidate',
  } as const;
  const roleOf: Dialect['roleOf'] = (backend) => {
    const { group = '', kind = 'Service', name, namespace: of = namespace } = backend;
    if (group !== '' || kind !== 'Service' || of !== namespace || typeof name !== 'string') return 'other';
    return roles[name] ?? 'other';
  };
  return {
    rules: 'rules',
    destinations: 'backendRefs',
    roleOf,
    toTrack: (backend, track) => ({ ...backend, name: trackService(service, track) }),
    /** Rules have no names in every version: one that sends the header's requests to the candidate's Service alone. */
    isHeaderRule: (rule) => {
      const [backend, ...others] = listOf(rule, 'backendRefs');
      const matches = listOf(rule, 'matches');
      return (
        backend !== undefined &&
        others.length === 0 &&
        roleOf(backend) === 'candidate' &&
        matches.length > 0 &&
        matches.every(asksForHeader)
      );
    },
    headerRule: ({ name: _, ...rule }, candidate) => ({
      ...rule,
      matches: matchesWithHeader(listOf(rule, 'matches')),
      backendRefs: [{ ...candidate, weight: 1 }],
    }),
    nameOf: ({ kind = 'Service', name }) => `${textOf(kind)} ${textOf(name)}`,
    strayShare: 'a candidate gets nothing of it',
    lookedFor: `backendRefs with the Service ${service} or ${service}-stable`,
    example: `rules: [{backendRefs: [{name: ${service}, port: 80}]}]`,
  };
}

const header = { type: 'Exact', ...candidateHeader } as const;

const asksForHeader = (match: Fields): boolean =>
  listOf(match, 'headers').some(
    ({ type = 'Exact', name, value }) =>
      type === header.type && name === header.name && value === header.value,
  );

/** Each way to match, and the header; of a rule that matches all, the header alone. */
const matchesWithHeader = (matches: readonly Fields[]): readonly Fields[] =>
  (matches.length === 0 ? [{}] : matches).map((match) => ({
    ...match,
    headers: [...listOf(match, 'headers').filter((other) => !isSame(other)), header],
  }));

const isSame = ({ name }: Fields): boolean => name === header.name;
