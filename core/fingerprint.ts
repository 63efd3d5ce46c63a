/** What a step depends on, part by part, so that two can be told apart and the difference be named. */
import { canonicalJson } from './canonical-json.ts';
import type { StepOutcome } from './step.ts';

export interface StepFingerprint {
  /** Over all parts: steps with the same one do the same. `sha256:<hex>`. */
  readonly digest: string;
  readonly project: string;
  readonly step: string;
  readonly run: string;
  readonly commit: string;
  /** Files of the commit that the step sees: path to `mode blob-id`. */
  readonly files: Readonly<Record<string, string>>;
  /** The patterns of the file that chose them; null: all of the commit. */
  readonly inputs: readonly string[] | null;
  /** Files that it sees besides, since its own settings name them: requirements, DVC's files, packaging. */
  readonly named?: readonly string[];
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
  /** Outputs of the steps that it needs: path to `kind digest`. */
  readonly needs: Readonly<Record<string, string>>;
  /** Platform, tools of Longhaul that change what a step does, and the version of this format. */
  readonly tools: Readonly<Record<string, string>>;
  /** Reports, outputs, minima, and the policy on flaky tests: what makes a pass a pass. */
  readonly judgement: string;
}

/** What was kept of a step that passed: whoever has the same fingerprint takes it over. */
export interface StepResult {
  readonly run: string;
  /** Temporal's id of the run. */
  readonly runId?: string;
  readonly commit: string;
  /** ISO time at which it passed. */
  readonly at: string;
  readonly outcome: Extract<StepOutcome, { readonly status: 'passed' }>;
}

/** How a step went when it last ran, or whose result it took. */
export interface LatestStep {
  /** Digest of its fingerprint. */
  readonly fingerprint: string;
  readonly passed: boolean;
  /** What it took when it ran. */
  readonly seconds: number;
  readonly run: string;
  readonly commit: string;
  readonly at: string;
}

/**
 * The text whose hash is the digest of a fingerprint. Neither the run, the commit or the name of the step is in it, nor
 * the patterns that chose the files: only what they chose, and whether that was all of the commit.
 */
export const fingerprintBasis = (parts: Omit<StepFingerprint, 'digest'>): string => {
  const { files, inputs, commands, env, secrets, python, data, needs, tools, judgement } = parts;
  const whole = inputs === null;
  return canonicalJson({
    ...{ files, whole, commands, env, secrets, python, data, needs, tools, judgement },
  });
};
