import type { Manifest } from '../../api/cluster.ts';
import { listOf, rulesOf } from './dialect.ts';
import type { Dialect, Fields } from './dialect.ts';

/** One rule of a route, as far as the lane is concerned. */
export type RuleJudgement =
  /** Made by Longhaul. */
  | { readonly kind: 'header' }
  /** Sends to the lane's stable arm, and `weight` percent to its candidate. */
  | ({ readonly kind: 'split' } & RuleSplit)
  /** Sends to the lane, but not in a way that can be split. */
  | { readonly kind: 'unfit'; readonly why: string }
  /** Somebody else's: another Service, a redirect, or subsets of their own. */
  | { readonly kind: 'foreign' };

export interface RuleSplit {
  /** Percent of the candidate, as far as the rule says it. */
  readonly weight: number;
  /** It names the stable track. One that names the Service alone reaches every pod, a candidate's as well. */
  readonly tracked: boolean;
}

export interface SplitJudgement {
  /** The rules that are split, with their names; at least one where the route can be used. */
  readonly split: readonly ({ readonly rule: string } & RuleSplit)[];
  readonly unfit: readonly string[];
  /** Names of the lane's rules that stand for its header. */
  readonly headers: number;
}

/** What of a route is the lane's, and how it splits now. */
export function judgeSplit(dialect: Dialect, route: Manifest): SplitJudgement {
  const rules = rulesOf(dialect, route).map((rule, index) => ({
    rule: ruleName(rule, index),
    judged: judgeRule(dialect, rule),
  }));
  return {
    split: rules.flatMap(({ rule, judged }) =>
      judged.kind === 'split' ? [{ rule, weight: judged.weight, tracked: judged.tracked }] : [],
    ),
    unfit: rules.flatMap(({ rule, judged }) => (judged.kind === 'unfit' ? [`${rule} ${judged.why}`] : [])),
    headers: rules.filter(({ judged }) => judged.kind === 'header').length,
  };
}

/**
 * A rule is split where all its destinations are the lane's: one to the Service or its stable track, and at most one
 * to the candidate's. One that sends to the candidate alone is somebody's own way to it, and left alone.
 */
export function judgeRule(dialect: Dialect, rule: Fields): RuleJudgement {
  if (dialect.isHeaderRule(rule)) return { kind: 'header' };
  const destinations = listOf(rule, dialect.destinations).map((destination) => ({
    destination,
    role: dialect.roleOf(destination),
  }));
  const stable = destinations.filter(({ role }) => role === 'stable' || role === 'both');
  const candidate = destinations.filter(({ role }) => role === 'candidate');
  const other = destinations.find(({ role }) => role === 'other');
  if (stable.length === 0) return { kind: 'foreign' };
  if (other !== undefined)
    return { kind: 'unfit', why: `sends to ${dialect.nameOf(other.destination)} as well` };
  if (stable.length > 1 || candidate.length > 1)
    return { kind: 'unfit', why: 'names the Service more than once' };
  const [to, of] = [weightOf(candidate[0]?.destination), weightOf(stable[0]?.destination)];
  const tracked = stable[0]?.role === 'stable';
  return { kind: 'split', weight: to === 0 ? 0 : (100 * to) / (to + of), tracked };
}

/** The largest share of any rule: what the candidate may get. */
export const candidateShare = ({ split }: SplitJudgement): number =>
  Math.max(0, ...split.map(({ weight }) => weight));

const weightOf = (destination: Fields | undefined): number =>
  typeof destination?.['weight'] === 'number' ? destination['weight'] : 0;

const ruleName = (rule: Fields, index: number): string =>
  typeof rule['name'] === 'string' && rule['name'] !== '' ? `rule "${rule['name']}"` : `rule ${index + 1}`;
