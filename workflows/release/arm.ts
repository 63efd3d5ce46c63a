import type { EnvironmentPlan } from '../../core/release.ts';
import type { ArmSpec, ModelVersion } from '../../core/serving.ts';
import { rollout } from '../activities.ts';
import type { Release } from './context.ts';

/** The candidate as it will be served in an environment. */
export function planArm(
  release: Release,
  version: ModelVersion,
  environment: EnvironmentPlan,
  replicas: number,
): Promise<ArmSpec> {
  return rollout('name the candidate').planArm({
    release: release.ledger.record.id,
    project: release.input.project,
    commit: release.input.commit,
    model: version.model,
    version: version.version,
    runId: version.runId,
    source: version.source,
    serve: release.plan.serve,
    overlay: environment.overlay,
    replicas,
  });
}
