import type { Track } from '../../../core/serving.ts';
import { candidateHeader, fieldsOf, listOf, textOf } from '../split/dialect.ts';
import type { Dialect, Fields, Role } from '../split/dialect.ts';

const headerRuleName = 'longhaul-candidate';

/**
 * Rules of an Istio VirtualService: destinations are the Service by any form of its host name, tracks are the subsets
 * `stable` and `candidate`. Other subsets are the users' own.
 */
export function virtualServiceDialect(service: string, namespace: string): Dialect {
  return {
    rules: 'http',
    destinations: 'route',
    roleOf: (to) => {
      const { host, subset } = fieldsOf(to, 'destination');
      if (!isHostOf(service, namespace, host)) return 'other';
      return subset === undefined || subset === '' ? 'both' : roleOfSubset(subset);
    },
    toTrack: (to, subset: Track) => ({ ...to, destination: { ...fieldsOf(to, 'destination'), subset } }),
    isHeaderRule: ({ name }) => typeof name === 'string' && /^longhaul-candidate(-\d+)?$/.test(name),
    headerRule: (rule, { weight: _, ...candidate }, count) => ({
      ...rule,
      name: count === 0 ? headerRuleName : `${headerRuleName}-${count + 1}`,
      match: matchesWithHeader(listOf(rule, 'match')),
      route: [candidate],
    }),
    nameOf: (to) => {
      const { host, subset } = fieldsOf(to, 'destination');
      return `${textOf(host)}${subset === undefined ? '' : ` subset ${textOf(subset)}`}`;
    },
    strayShare: 'a candidate gets a part of it',
    lookedFor: `destinations with the host ${service}, ${service}.${namespace} or ${service}.${namespace}.svc.…, and no subset or the subset stable`,
    example: `http: [{route: [{destination: {host: ${service}}}]}]`,
  };
}

/** Whether a host, as a rule in the Service's own namespace writes it, is the Service. */
export function isHostOf(service: string, namespace: string, host: unknown): boolean {
  if (typeof host !== 'string') return false;
  const full = `${service}.${namespace}.svc`;
  const name = host.toLowerCase();
  return [service, `${service}.${namespace}`, full].includes(name) || name.startsWith(`${full}.`);
}

const roleOfSubset = (subset: unknown): Role =>
  subset === 'stable' || subset === 'candidate' ? subset : 'other';

/** Each way to match, and the header; of a rule that matches all, the header alone. */
const matchesWithHeader = (matches: readonly Fields[]): readonly Fields[] =>
  (matches.length === 0 ? [{}] : matches).map((match) => ({
    ...match,
    headers: {
      ...fieldsOf(match, 'headers'),
      [candidateHeader.name]: { exact: candidateHeader.value },
    },
  }));

/** Names of a VirtualService's fields that send the Service's traffic otherwise than by HTTP: `tcp`, `tls`. */
export const otherProtocols = (spec: Fields, service: string, namespace: string): readonly string[] =>
  ['tcp', 'tls'].filter((protocol) =>
    listOf(spec, protocol)
      .flatMap((rule) => listOf(rule, 'route'))
      .some((to) => isHostOf(service, namespace, fieldsOf(to, 'destination')['host'])),
  );
