import { workflowInfo } from '@temporalio/workflow';
import { canaryStages } from '../../core/canary.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, TargetSnapshot } from '../../core/serving.ts';
import type { WatchPolicy } from '../../core/watch.ts';
import { checking, deploying, rollout } from '../activities.ts';
import { planArm, snapshotLane } from './arm.ts';
import type { Candidate } from './candidate.ts';
import { laneOf } from './context.ts';
import type { Release } from './context.ts';
import { undoChampion, undoServers, undoTraffic } from './undo.ts';
import { becomeChampion, stabilize } from './promotion.ts';
import { RunningWatch } from './watch.ts';

/** How long production may take to have replicas ready (the guide's figure). */
const readyWithinMs = 600_000;

interface Rollout {
  readonly release: Release;
  readonly lane: LaneRef;
  readonly arm: ArmSpec;
  readonly before: TargetSnapshot;
}

/**
 * Takes the candidate into production: canary (or direct, when there is no champion yet), full rollout, the alias
 * once it has proven itself, and the stabilization watch with the champion still warm. The caller holds the lane.
 */
export async function rollOut(
  release: Release,
  candidate: Candidate,
  championVersion: string | null,
): Promise<void> {
  const before = await snapshotLane(laneOf(release, release.plan.production));
  planUndo(release, before, candidate, championVersion);
  const going = await deployFirstReplica(release, candidate, before);

  const canary = await watchFor(going, 'canary', release.plan.canary.watch);
  await walkThroughWeights(going, canary);
  const { verdict } = await canary.conclude();
  release.ledger.gate('canary', true, verdict.reason);

  const stabilization = await watchFor(going, 'stabilization', release.plan.stabilization.watch);
  await rollOutInFull(going, stabilization);
  await stabilization.during(() => becomeChampion(release, candidate, championVersion));
  await stabilize(release, stabilization);
  await allReady(going, release.plan.production.replicas);
  await deploying('candidate is the champion now').promote({ lane: going.lane, armId: going.arm.id });
}

/** Planned in the reverse of their order: traffic first, then processes and config, then the alias. */
function planUndo(
  { compensations, ledger }: Release,
  before: TargetSnapshot,
  candidate: Candidate,
  champion: string | null,
): void {
  ledger.note({ snapshots: [...ledger.record.snapshots, before] });
  compensations.plan('alias champion', () => undoChampion(candidate.version, champion));
  compensations.plan('production servers and config', () => undoServers(before));
  compensations.plan('production traffic', async () => {
    const report = await undoTraffic(before);
    ledger.weight(before.candidateWeight);
    return report;
  });
}

const replicasAt = (weight: number, full: number): number => Math.max(1, Math.ceil((full * weight) / 100));

async function deployFirstReplica(
  release: Release,
  candidate: Candidate,
  before: TargetSnapshot,
): Promise<Rollout> {
  const { ledger, plan } = release;
  const { production } = plan;
  const lane = laneOf(release, production);
  await ledger.enter('deploying', { for: 'the first replica in production' });
  const arm = await planArm(release, candidate.version, production, 1);
  await deploying('candidate to production').deployCandidate({ lane, arm });
  await allReady({ lane, arm }, 1);
  const policies = [plan.canary.watch, plan.stabilization.watch];
  await checking('every limit can be judged').checkMetrics({
    lane,
    armId: arm.id,
    metrics: plan.metrics,
    policies,
  });
  return { release, lane, arm, before };
}

function watchFor(
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

/** Scaled ahead of each weight; ready, then the weight set and read back, then watched. */
async function walkThroughWeights(going: Rollout, canary: RunningWatch): Promise<void> {
  const { release, before } = going;
  const { canary: spec } = release.plan;
  const stages = canaryStages(before.stable === null ? { ...spec, weights: [100] } : spec);
  await release.ledger.enter('canary', { for: 'the canary’s watch' });
  for (const { weight, bakeMs } of stages) {
    await canary.bake(1);
    await canary.during(() => giveTraffic(going, weight));
    await canary.bake(bakeMs);
  }
}

async function giveTraffic(going: Rollout, weight: number): Promise<void> {
  const { release, lane, arm } = going;
  const replicas = replicasAt(weight, release.plan.production.replicas);
  await rollout(`${replicas} replicas`).scaleCandidate({ lane, armId: arm.id, replicas });
  await allReady(going, replicas);
  await rollout(`${weight} % to the candidate`).setWeight({ lane, candidateWeight: weight });
  release.ledger.weight(weight);
}

async function allReady({ lane, arm }: Pick<Rollout, 'lane' | 'arm'>, replicas: number): Promise<void> {
  const wanted = { lane, armId: arm.id, replicas, timeoutMs: readyWithinMs };
  await deploying(`${replicas} ready in production`).awaitReady(wanted);
}

async function rollOutInFull(going: Rollout, watch: RunningWatch): Promise<void> {
  const { ledger, plan } = going.release;
  await ledger.enter('fullRollout', { for: `${plan.production.replicas} replicas in production` });
  await watch.bake(1);
  await watch.during(() => giveTraffic(going, 100));
}
