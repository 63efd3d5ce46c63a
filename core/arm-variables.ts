import type { ArmSpec } from './serving.ts';

/** Variables of an image's reference and of a project's own manifests: what is released, and where to. */
export const armVariableNames = [
  'COMMIT',
  'SHORT_COMMIT',
  'MODEL',
  'VERSION',
  'RUN_ID',
  'ENVIRONMENT',
] as const;

type Released = Pick<ArmSpec, 'commit' | 'model' | 'version' | 'runId'>;

/** Their values. SHORT_COMMIT is the first 12 characters of the commit. */
export const armVariables = (
  { commit, model, version, runId }: Released,
  environment: string,
): Readonly<Record<(typeof armVariableNames)[number], string>> => ({
  COMMIT: commit,
  SHORT_COMMIT: commit.slice(0, 12),
  MODEL: model,
  VERSION: version,
  RUN_ID: runId,
  ENVIRONMENT: environment,
});
