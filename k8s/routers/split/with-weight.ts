import type { Manifest } from '../../api/cluster.ts';
import { withMark } from '../weight-mark.ts';
import type { WeightMark } from '../weight-mark.ts';
import { fieldsOf, listOf, rulesOf } from './dialect.ts';
import type { Dialect, Fields } from './dialect.ts';
import { judgeRule } from './judge-split.ts';

/**
 * The route with `weight` percent for the candidate in every rule that is split, the rest for the stable track. While
 * there is a candidate, each such rule follows one for requests with the header, of the same match and settings: a
 * tester reaches the candidate from its deployment on, by the same way as users, and rules before it keep their turn.
 * All else is as it was.
 */
export function withWeight(dialect: Dialect, route: Manifest, mark: WeightMark): Manifest {
  let headers = 0;
  const rules = rulesOf(dialect, route).flatMap((rule) => {
    const { kind } = judgeRule(dialect, rule);
    if (kind === 'header') return [];
    if (kind !== 'split') return [rule];
    const { rule: split, candidate } = splitRule(dialect, rule, mark.weight);
    if (mark.arm === null) return [split];
    return [dialect.headerRule(split, candidate, headers++), split];
  });
  return withMark(withRules(dialect, route, rules), mark);
}

export const withRules = (dialect: Dialect, route: Manifest, rules: readonly Fields[]): Manifest => ({
  ...route,
  spec: { ...fieldsOf(route, 'spec'), [dialect.rules]: rules },
});

/** Destinations keep their order; a candidate that is not there yet comes last, as its stable one is. */
function splitRule(
  dialect: Dialect,
  rule: Fields,
  weight: number,
): { readonly rule: Fields; readonly candidate: Fields } {
  const destinations = listOf(rule, dialect.destinations);
  const isCandidate = (destination: Fields): boolean => dialect.roleOf(destination) === 'candidate';
  const stable = destinations.find((destination) => !isCandidate(destination)) ?? {};
  const candidate = {
    ...(destinations.find(isCandidate) ?? dialect.toTrack(stable, 'candidate')),
    weight,
  };
  const all = destinations.some(isCandidate) ? destinations : [...destinations, candidate];
  return {
    rule: {
      ...rule,
      [dialect.destinations]: all.map((destination) =>
        isCandidate(destination)
          ? candidate
          : { ...dialect.toTrack(destination, 'stable'), weight: 100 - weight },
      ),
    },
    candidate,
  };
}
