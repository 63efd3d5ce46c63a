/** A step that `longhaul init` proposes, before it is written. */
export interface StepProposal {
  readonly name: string;
  /** Where it was taken from and why it is as it is; a line each. */
  readonly why: readonly string[];
  readonly needs?: readonly string[];
  readonly run: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Requirements of its own, instead of the project's. */
  readonly requirements?: readonly string[];
  readonly install?: readonly string[];
  readonly data?: readonly string[];
  readonly outputs?: readonly string[];
  readonly junit?: string;
  readonly coverage?: { readonly minimum: number };
  readonly metrics?: string;
  readonly document?: string;
  readonly timeout?: string;
  /** Written as a comment: it cannot be known that it would work. */
  readonly asComment?: boolean;
}

/** Steps, and the packages that their commands need beside those of the project's own code. */
export interface Proposal {
  readonly steps: readonly StepProposal[];
  /** By name of the package, with the version that is known to be meant, if any: `ruff`, `ruff==0.11.7`. */
  readonly packages: readonly string[];
  /** Jobs of the project's automation that the steps were taken from. */
  readonly jobs: readonly string[];
}
