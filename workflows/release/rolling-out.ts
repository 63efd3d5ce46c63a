/** What every way into production is made of: a deployed candidate, traffic for it, and a watch over both. */
import { workflowInfo } from '@temporalio/workflow';
import { replicasAt } from '../../core/canary.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, TargetSnapshot } from '../../core/serving.ts';
import type { WatchPolicy } from '../../core/watch.ts';
import { checking, deploying, rollout } from '../activities.ts';
import { planArm } from './arm.ts';
import type { Candidate } from './candidate.ts';
import { laneOf } from './context.ts';
import type { Release } from './context.ts';
import { readyWithinMs } from './lane-claims.ts';
import { RunningWatch } from './watch.ts';

/** A candidate that is deployed to production, and what was there before it. */
export interface Rollout {
  readonly release: Release;
  readonly lane: LaneRef;
  readonly arm: ArmSpec;
  readonly before: TargetSnapshot;
}

/** `replicas` of the candidate, ready, with metrics that every limit of the policies can be judged by. */
export async function deploy(
  release: Release,
  candidate: Candidate,
  before: TargetSnapshot,
  replicas: number,
  policies: readonly WatchPolicy[],
): Promise<Rollout> {
  const { plan } = release;
  const lane = laneOf(release, plan.production);
  const arm = await planArm(release, candidate.version, plan.production, replicas);
  await deploying('candidate to production').deployCandidate({ lane, arm });
  await allReady({ release, lane, arm }, replicas);
  await checking('every limit can be judged').checkMetrics({
    lane,
    armId: arm.id,
    metrics: plan.metrics,
    policies,
  });
  return { release, lane, arm, before };
}

/** Starts the watch of a phase. */
export function watchFor(
  { release, lane, arm, before }: Rollout,
  phase: string,
  policy: WatchPolicy,
): Promise<RunningWatch> {
  return RunningWatch.start(release.controls, {
    release: workflowInfo().workflowId,
    phase,
    lane,
    candidateArm: arm.id,
    championArm: before.stable?.id ?? null,
    metrics: release.plan.metrics,
    policy,
  });
}

/** Scaled ahead of the weight; ready, then the weight set and read back. */
export async function giveTraffic(going: Rollout, weight: number): Promise<void> {
  const { release, lane, arm } = going;
  const replicas = replicasAt(weight, release.plan.production.replicas);
  const asked = { lane, armId: arm.id, replicas, weight };
  const scaled = await rollout(`${replicas} replicas`).scaleCandidate(asked);
  await allReady(going, scaled ?? replicas);
  const { warnings } = await rollout(`${weight} % to the candidate`).setWeight({
    lane,
    candidateWeight: weight,
  });
  release.ledger.weight(weight);
  release.ledger.warn(warnings);
}

export async function allReady(
  { release, lane, arm }: Pick<Rollout, 'release' | 'lane' | 'arm'>,
  replicas: number,
): Promise<void> {
  const wanted = { lane, armId: arm.id, replicas, timeoutMs: readyWithinMs.production };
  const { warnings } = await deploying(`${replicas} ready in production`).awaitReady(wanted);
  release.ledger.warn(warnings);
}
