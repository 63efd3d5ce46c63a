import { canonicalJson } from '../../../core/canonical-json.ts';
import type { Manifest } from '../../api/cluster.ts';
import { markOf, withMark } from '../weight-mark.ts';
import { fieldsOf, listOf, rulesOf } from './dialect.ts';
import type { Dialect, Fields } from './dialect.ts';
import { judgeRule, judgeSplit } from './judge-split.ts';
import type { Restored } from './restore-object.ts';
import { withRules, withWeight } from './with-weight.ts';

/**
 * The route as it was. Where others have changed their part of it since, that stays, and the weights alone are put
 * back.
 */
export function restoredRoute(dialect: Dialect, now: Manifest, then: Manifest): Restored {
  const mark = markOf(then);
  if (canonicalJson(bareSpec(dialect, now)) === canonicalJson(bareSpec(dialect, then)))
    return { object: withMark({ ...now, spec: then['spec'] }, mark), kept: false };
  const arm = judgeSplit(dialect, then).headers > 0 ? (mark?.arm ?? null) : null;
  const route = withWeight(dialect, now, { arm, weight: mark?.weight ?? 0 });
  return { object: withMark(route, mark), kept: true };
}

/** What of a route is not Longhaul's: its spec without header rules, tracks and weights. */
function bareSpec(dialect: Dialect, route: Manifest): Fields {
  const rules = rulesOf(dialect, route).flatMap((rule) => {
    const { kind } = judgeRule(dialect, rule);
    if (kind === 'header') return [];
    return [kind === 'split' ? bareRule(dialect, rule) : rule];
  });
  return fieldsOf(withRules(dialect, route, rules), 'spec');
}

const bareRule = (dialect: Dialect, rule: Fields): Fields => ({
  ...rule,
  [dialect.destinations]: listOf(rule, dialect.destinations)
    .filter((destination) => dialect.roleOf(destination) !== 'candidate')
    .map((destination) => {
      const { weight, ...bare } = dialect.toTrack(destination, 'stable');
      return bare;
    }),
});
