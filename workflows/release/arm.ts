import type { LaneRef } from '../../core/ids.ts';
import type { EnvironmentPlan } from '../../core/release.ts';
import type { ArmSpec, ModelVersion, TargetSnapshot } from '../../core/serving.ts';
import { lanes, rollout, undoRollout } from '../activities.ts';
import type { Release } from './context.ts';
import { fail } from './outcome.ts';

/** What a lane serves, and goes back to. A candidate that a dead release left there is taken away first. */
export async function snapshotLane(lane: LaneRef): Promise<TargetSnapshot> {
  const found = await rollout(`${lane.environment} as it is`).snapshot(lane);
  if (found.candidate === null) return found;
  const { release } = found.candidate;
  if (await lanes('does its release live').isOpen({ workflowId: release })) {
    throw fail(`${lane.environment} holds a candidate of ${release}, which still goes on: two hold one lane`);
  }
  const clean: TargetSnapshot = { ...found, candidate: null, candidateWeight: 0 };
  await undoRollout('take away what a dead release left').restoreTarget(clean);
  return clean;
}

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
    ...(release.plan.blueGreen === undefined ? {} : { strategy: 'blueGreen' as const }),
    ...(environment.deployment === undefined ? {} : { deployment: environment.deployment }),
    replicas,
    environment: environment.name,
  });
}
