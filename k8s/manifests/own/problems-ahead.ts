import { canonicalJson } from '../../../core/canonical-json.ts';
import type { Problem } from '../../../config/problem.ts';
import type { ServerConfig } from '../../../config/server-config.ts';
import type { EnvironmentPlan, ReleasePlan } from '../../../core/release.ts';
import { serviceNameOf, type Slot } from '../../names.ts';
import type { ArmInSlot } from '../given.ts';
import { judgeFolder } from './own-manifests.ts';
import type { ManifestFile } from './read-objects.ts';

/**
 * What is wrong with a project's own manifests, before anything is trained: in each environment that has them, and in
 * each slot that a release goes through. What only a training tells, such as the version, has a value of its form.
 */
export async function manifestProblems(given: {
  readonly plan: ReleasePlan;
  readonly server: ServerConfig;
  readonly project: string;
  readonly commit: string;
  readonly filesIn: (folder: string) => Promise<readonly ManifestFile[]>;
}): Promise<readonly Problem[]> {
  const { plan, filesIn } = given;
  const told = new Map<string, Problem>();
  for (const environment of [plan.staging, plan.production]) {
    const folder = environment.deployment?.manifests;
    if (folder === undefined) continue;
    const files = await filesIn(folder);
    for (const arm of armsAhead(environment, given))
      for (const problem of judgeFolder(arm, { folder, files }).problems)
        told.set(canonicalJson(problem), problem);
  }
  return [...told.values()];
}

function armsAhead(
  { name, overlay, deployment, replicas }: EnvironmentPlan,
  given: Parameters<typeof manifestProblems>[0],
): readonly ArmInSlot[] {
  const { plan, server, project, commit } = given;
  const environment = server.environments[name];
  if (environment?.target !== 'kubernetes' || deployment === undefined) return [];
  const { model, serve } = plan;
  const slots: readonly Slot[] = plan.blueGreen === undefined ? ['candidate', 'stable'] : ['blue'];
  return slots.map((slot) => ({
    ...{ lane: { model, environment: name }, slot, environment },
    service: environment.service ?? serviceNameOf(model),
    mlflow: environment.mlflow ?? server.mlflow.trackingUri,
    arm: {
      ...{ id: `${model}-v1`, release: '', project, commit, model, version: '1', runId: '0'.repeat(32) },
      ...{ source: '', serve, overlay, deployment, replicas },
    },
  }));
}
