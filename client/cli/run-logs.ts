import type { ArtifactRef } from '../../core/artifact.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import type { CiStepResult } from '../../core/ci.ts';

/** What is kept of one step: its log, and the documents for people. */
export interface StepLog {
  readonly step: string;
  /** `passed`, `failed`, … */
  readonly status: string;
  readonly log: ArtifactRef | undefined;
  readonly documents: readonly ArtifactRef[];
}

export const logsOfRelease = (record: ReleaseRecord | undefined): readonly StepLog[] =>
  (record?.steps ?? []).map(({ name, status, log, documents }) => ({ step: name, status, log, documents }));

export const logsOfCiRun = (steps: readonly CiStepResult[]): readonly StepLog[] =>
  steps.map(({ name, outcome }) => ({
    step: name,
    status: outcome.status,
    log: 'log' in outcome ? outcome.log : undefined,
    documents: 'documents' in outcome ? outcome.documents : [],
  }));
