import type { EnvironmentPlan, ReleasePlan } from './release.ts';
import type { ArmSpec, ModelVersion } from './serving.ts';

/** An arm before its image is filled in and it has its id. `environment` is the name of where it will serve. */
export type PlannedArm = Omit<ArmSpec, 'id'> & { readonly environment?: string };

/** A model version as it will be served in an environment, by the plan of its commit. */
export const plannedArm = (given: {
  /** Id of the release. */
  readonly release: string;
  readonly project: string;
  readonly commit: string;
  readonly plan: Pick<ReleasePlan, 'serve' | 'blueGreen'>;
  readonly version: Omit<ModelVersion, 'tags'>;
  readonly environment: EnvironmentPlan;
  readonly replicas: number;
}): PlannedArm => {
  const { release, project, commit, plan, version, environment, replicas } = given;
  return {
    release,
    project,
    commit,
    model: version.model,
    version: version.version,
    runId: version.runId,
    source: version.source,
    serve: plan.serve,
    overlay: environment.overlay,
    ...(plan.blueGreen === undefined ? {} : { strategy: 'blueGreen' as const }),
    ...(environment.deployment === undefined ? {} : { deployment: environment.deployment }),
    replicas,
    environment: environment.name,
  };
};
