import type { LaneRef } from '../../core/ids.ts';
import { plannedArm } from '../../core/planned-arm.ts';
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
  const { input, ledger, plan } = release;
  const { project, commit } = input;
  return rollout('name the candidate').planArm(
    plannedArm({ release: ledger.record.id, project, commit, plan, version, environment, replicas }),
  );
}
