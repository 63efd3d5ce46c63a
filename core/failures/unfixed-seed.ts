import type { Diagnosis } from '../step.ts';

/** A place where a test's file takes random numbers that no seed fixes. */
export interface UnseededUse {
  /** Relative to the repository. */
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  /** As written: `np.random.normal(`. */
  readonly call: string;
}

/** Null when every failing test's numbers are fixed. */
export const diagnoseSeed = ([first, ...rest]: readonly UnseededUse[]): Diagnosis | null => {
  if (first === undefined) return null;
  const more =
    rest.length === 0 ? '' : `, and at ${rest.length} more ${rest.length === 1 ? 'place' : 'places'}`;
  return {
    id: 'unfixed-seed',
    kind: 'code',
    cause: `the test takes random numbers without a fixed seed: ${first.call} at ${first.file}:${first.line}${more}`,
    mend: 'Fix the seed in the test: `np.random.default_rng(42)` or `np.random.seed(42)`, `random.seed(42)`, `torch.manual_seed(42)`. PYTHONHASHSEED is already fixed.',
  };
};
