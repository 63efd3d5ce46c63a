import { planArm } from '../config/plan-arm.ts';
import type { LaneRef } from '../core/ids.ts';
import { plannedArm } from '../core/planned-arm.ts';
import type { ArmSpec } from '../core/serving.ts';
import { createDryRun } from '../k8s/dry-run/dry-run-cluster.ts';
import { objectChange } from '../k8s/dry-run/object-change.ts';
import type { ObjectChange } from '../k8s/dry-run/object-change.ts';
import { adopt, planAdoption } from '../k8s/target/adopt.ts';
import { adoptionRisks } from '../k8s/target/adoption-risks.ts';
import { targetParts } from '../k8s/target/target-parts.ts';
import type { Deployable, Place } from './deploy-preview.ts';

/** What adopting would do, before it is done. */
export interface AdoptionPreview {
  /** A line for each thing that changes. */
  readonly changes: readonly string[];
  /** Why requests may be lost meanwhile. */
  readonly risks: readonly string[];
  readonly objects: readonly ObjectChange[];
}

/** The Deployment of a lane that others have made, and what it will count as. */
export interface AdoptionOf {
  readonly lane: LaneRef;
  readonly arm: ArmSpec;
}

export function adoptionFor(deployable: Deployable): AdoptionOf {
  const { commit, environment, version } = deployable;
  const release = `adopted/${version.model}/${commit.slice(0, 12)}`;
  return {
    lane: { model: version.model, environment: environment.name },
    arm: planArm(plannedArm({ ...deployable, release, replicas: environment.replicas })),
  };
}

/** Null when it is adopted already. Nothing is written. @throws LonghaulError NotFound, Conflict */
export async function previewAdoption(
  place: Place,
  { lane, arm }: AdoptionOf,
): Promise<AdoptionPreview | null> {
  const plan = await planAdoption(partsOf(place), lane, arm);
  if (plan === null) return null;
  const dryRun = createDryRun(place.cluster);
  const written = [
    ...plan.around,
    plan.deployment,
    ...(plan.serviceObject === null ? [] : [plan.serviceObject]),
  ];
  for (const object of written) await dryRun.cluster.replace(object);
  return {
    changes: plan.changes,
    risks: adoptionRisks(plan.deployment),
    objects: dryRun.changes().map(objectChange),
  };
}

/** Does it, and waits until every pod is of the new template and ready. @throws LonghaulError NotReady, Conflict */
export const carryOutAdoption = (
  place: Place,
  { lane, arm }: AdoptionOf,
  tell: (line: string) => void,
): Promise<void> => adopt(partsOf(place), lane, arm, tell);

const partsOf = (place: Place) => targetParts({ ...place, trackingUri: place.config.mlflow.trackingUri });
