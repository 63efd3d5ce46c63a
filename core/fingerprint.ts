/** What a step depends on, part by part, so that two can be told apart and the difference be named. */

export interface StepFingerprint {
  /** Over all parts: steps with the same one do the same. `sha256:<hex>`. */
  readonly digest: string;
  readonly project: string;
  readonly step: string;
  readonly run: string;
  readonly commit: string;
  /** Files of the commit that the step sees: path to `mode blob-id`. */
  readonly files: Readonly<Record<string, string>>;
  /** The patterns that chose them; null: all of the commit. */
  readonly inputs: readonly string[] | null;
  readonly commands: readonly string[];
  /** Environment variables that the file and the overlay set. */
  readonly env: Readonly<Record<string, string>>;
  /** Identities of the secrets' values, from which the values cannot be told. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Requirement sources, interpreter and the lock that they were resolved to; null: no Python. */
  readonly python: {
    readonly requirements: readonly string[];
    readonly version: string;
    readonly lock: string;
    readonly install: readonly string[];
  } | null;
  /** Content of DVC's targets. */
  readonly data: Readonly<Record<string, string>>;
  /** Outputs of the steps that it needs: path to digest. */
  readonly needs: Readonly<Record<string, string>>;
  /** Platform, tools of Longhaul that change what a step does, and the version of this format. */
  readonly tools: Readonly<Record<string, string>>;
  /** Reports, outputs, minima, and the policy on flaky tests: what makes a pass a pass. */
  readonly judgement: string;
}
