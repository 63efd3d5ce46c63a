/** The gate that a candidate's evaluation has to pass before it may be deployed. */
import { formatValue } from './numbers.ts';
import type { ReleasePlan } from './release.ts';

type Metrics = Readonly<Record<string, number>>;

export interface MetricGateInput extends Pick<ReleasePlan, 'minimum' | 'noWorseThanChampionBy'> {
  readonly candidate: Metrics;
  /** Null when there is no champion yet: then the minimum alone decides. */
  readonly champion: Metrics | null;
}

/** `evidence` tells every comparison that was made, passed or not, with its figures. */
export interface GateAnswer {
  readonly passed: boolean;
  readonly evidence: string;
}

interface Comparison {
  readonly passed: boolean;
  readonly told: string;
}

/**
 * Every minimum reached, and every compared metric no worse than the champion's by more than its margin (larger is
 * better). A metric that the candidate lacks fails; one that the champion lacks cannot be compared and is told.
 */
export const metricGate = (input: MetricGateInput): GateAnswer => {
  const comparisons = [
    ...Object.entries(input.minimum).map(([name, least]) =>
      againstMinimum(name, input.candidate[name], least),
    ),
    ...againstChampion(input),
  ];
  if (comparisons.length === 0)
    return { passed: true, evidence: 'no minimum and no champion to compare with' };
  const failed = comparisons.filter((comparison) => !comparison.passed);
  const passed = failed.length === 0;
  const told = [...failed, ...comparisons.filter((comparison) => comparison.passed)];
  return { passed, evidence: told.map((comparison) => comparison.told).join('; ') };
};

function againstMinimum(name: string, value: number | undefined, least: number): Comparison {
  if (!isMeasured(value)) {
    return {
      passed: false,
      told: `the evaluation left no number for ${name}, minimum ${formatValue(least)}`,
    };
  }
  const passed = value >= least;
  const relation = passed ? 'reaches' : 'is below';
  return { passed, told: `${name} ${formatValue(value)} ${relation} the minimum ${formatValue(least)}` };
}

function againstChampion({
  candidate,
  champion,
  noWorseThanChampionBy,
}: MetricGateInput): readonly Comparison[] {
  if (champion === null) return [];
  return Object.entries(noWorseThanChampionBy).map(([name, margin]) =>
    againstOne(name, candidate[name], champion[name], margin),
  );
}

function againstOne(
  name: string,
  value: number | undefined,
  best: number | undefined,
  margin: number,
): Comparison {
  if (!isMeasured(value)) {
    return {
      passed: false,
      told: `the evaluation left no number for ${name}, which the champion is compared by`,
    };
  }
  if (!isMeasured(best)) return { passed: true, told: `the champion has no ${name} to compare with` };
  const passed = value >= best - margin;
  const relation = passed ? 'within' : 'not within';
  const told = `${name} ${formatValue(value)} is ${relation} ${formatValue(margin)} of the champion's ${formatValue(best)}`;
  return { passed, told };
}

const isMeasured = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value);
