import type { TargetSnapshot } from '../../core/serving.ts';
import { deploying } from '../activities.ts';
import { snapshotLane } from './arm.ts';
import { proveInPreview } from './blue-green.ts';
import { proveAsCanary } from './canary.ts';
import type { Candidate } from './candidate.ts';
import { laneOf } from './context.ts';
import type { Release } from './context.ts';
import { becomeChampion, stabilize } from './promotion.ts';
import { allReady, giveTraffic, watchFor } from './rolling-out.ts';
import type { Rollout } from './rolling-out.ts';
import { undoChampion, undoServers, undoTraffic } from './undo.ts';
import type { RunningWatch } from './watch.ts';

/**
 * Takes the candidate into production: canary (or direct, when there is no champion yet) or blue-green, full rollout,
 * the alias once it has proven itself, and the stabilization watch with the champion still warm. The caller holds the
 * lane.
 */
export async function rollOut(
  release: Release,
  candidate: Candidate,
  championVersion: string | null,
): Promise<void> {
  const before = await snapshotLane(laneOf(release, release.plan.production));
  planUndo(release, before, candidate, championVersion);
  const { blueGreen, stabilization: stability, production } = release.plan;
  const going =
    blueGreen === undefined
      ? await proveAsCanary(release, candidate, before)
      : await proveInPreview(release, candidate, before, blueGreen);

  const stabilization = await watchFor(going, 'stabilization', stability.watch);
  await rollOutInFull(going, stabilization);
  await stabilization.during(() => becomeChampion(release, candidate, championVersion));
  await stabilize(release, stabilization, Math.max(stability.durationMs, blueGreen?.keepOldMs ?? 0));
  await allReady(going, production.replicas);
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

async function rollOutInFull(going: Rollout, watch: RunningWatch): Promise<void> {
  const { ledger, plan } = going.release;
  await ledger.enter('fullRollout', { for: `${plan.production.replicas} replicas in production` });
  await watch.bake(1);
  await watch.during(() => giveTraffic(going, 100));
}
