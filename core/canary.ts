/** How a canary spends its time. */
import type { CanarySpec } from './release.ts';

/** One weight of a canary (percent for the candidate) and how long it is held, in milliseconds. */
export interface CanaryStage {
  readonly weight: number;
  readonly bakeMs: number;
}

/**
 * The weights below 100 in turn, each with an equal part of the canary's time; together exactly `durationMs`.
 * The last weight, 100, is the full rollout, and its watch is the stabilization. A canary of `[100]` alone has
 * no smaller weight to try: it bakes at 100 for the whole time.
 */
export const canaryStages = (spec: Pick<CanarySpec, 'weights' | 'durationMs'>): readonly CanaryStage[] => {
  const partial = spec.weights.filter((weight) => weight < 100);
  const baked = partial.length > 0 ? partial : spec.weights;
  return baked.map((weight, index) => ({ weight, bakeMs: bakeMs(spec.durationMs, baked.length, index) }));
};

/** Replicas that a candidate has at a weight, where a full rollout has `full`. */
export const replicasAt = (weight: number, full: number): number =>
  Math.max(1, Math.ceil((full * weight) / 100));

/** Whole milliseconds; what does not divide falls to the earlier parts, so that the parts sum to the whole. */
const bakeMs = (durationMs: number, parts: number, index: number): number =>
  Math.floor(durationMs / parts) + (index < durationMs % parts ? 1 : 0);

/** What is wrong with a canary's weights, as sentences; empty when nothing is. */
export const problemsOfWeights = (weights: readonly number[]): readonly string[] => {
  if (weights.length === 0) return ['There are no weights: give at least [100].'];
  const problems = weights
    .filter((weight) => !Number.isInteger(weight) || weight < 1 || weight > 100)
    .map((weight) => `${weight} is not a whole percent from 1 to 100.`);
  const step = weights.findIndex((weight, index) => index > 0 && weight <= (weights[index - 1] ?? 0));
  if (step > 0) {
    problems.push(`${weights[step]} comes after ${weights[step - 1]}: each weight has to be above the last.`);
  }
  if (weights.at(-1) !== 100) problems.push(`The last weight is ${weights.at(-1)}: it has to be 100.`);
  return problems;
};
