import type { ArtifactRef } from '../../core/artifact.ts';
import { baseUrlVariables } from '../../core/base-url.ts';
import type { ImageFacts, LoadTestResult } from '../../core/release.ts';
import type { ArmSpec, TargetStatus } from '../../core/serving.ts';
import { deploying, loadTestOf, rollout } from '../activities.ts';
import { planArm, snapshotLane } from './arm.ts';
import { mustPass } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import { laneOf, runContext } from './context.ts';
import type { Release } from './context.ts';
import { readyWithinMs, stagingClaim } from './lane-claims.ts';
import { fail } from './outcome.ts';
import { undoStaging } from './undo.ts';

export interface StagingProof {
  readonly loadTest: LoadTestResult;
  readonly integrationLog?: ArtifactRef;
  /** What was tested, where staging is on a cluster. */
  readonly image?: ImageFacts;
}

/** Deploys to staging and tests what runs there. The lane is left before the approval: a hotfix can pass. */
export async function proveInStaging(release: Release, candidate: Candidate): Promise<StagingProof> {
  const { ledger, plan, controls } = release;
  const lane = laneOf(release, plan.staging);
  await ledger.enter('waitingForStagingLane', { for: `lane ${lane.environment}` });
  ledger.inEnvironment(lane.environment);
  await controls.lanes.take(lane, stagingClaim(release));

  await ledger.enter('staging', { for: 'replicas in staging' });
  const { arm, served } = await deployToStaging(release, candidate);
  const proof = await testStaging(release, served);
  await controls.lanes.leave(lane);
  const image = imageThere(release, arm, served);
  return image === undefined ? proof : { ...proof, image };
}

/** What staging runs, as its nodes tell it; the reference alone may mean another image tomorrow. */
function imageThere({ plan }: Release, arm: ArmSpec, served: TargetStatus): ImageFacts | undefined {
  const reference = arm.serve.container?.image;
  if (reference === undefined || plan.staging.deployment === undefined) return undefined;
  const digest = served.arms.find(({ id }) => id === arm.id)?.imageDigest;
  return digest === undefined ? { reference } : { reference, digest };
}

async function deployToStaging(
  release: Release,
  candidate: Candidate,
): Promise<{ readonly arm: ArmSpec; readonly served: TargetStatus }> {
  const { compensations, controls, ledger, plan } = release;
  const lane = laneOf(release, plan.staging);
  const before = await snapshotLane(lane);
  ledger.note({ snapshots: [...ledger.record.snapshots, before] });
  compensations.plan('staging', () => undoStaging(ledger.record.id, controls.lanes, before));

  const { replicas } = plan.staging;
  const arm = await planArm(release, candidate.version, plan.staging, replicas);
  await deploying('candidate to staging').deployCandidate({ lane, arm });
  await deploying(`${replicas} ready in staging`).awaitReady({
    lane,
    armId: arm.id,
    replicas,
    timeoutMs: readyWithinMs.staging,
  });
  await rollout('all of staging to the candidate').setWeight({ lane, candidateWeight: 100 });
  const served = await deploying('candidate is staging now').promote({ lane, armId: arm.id });
  ledger.gate('staging', true, `${replicas} of ${replicas} replicas ready at ${served.baseUrl}`);
  return { arm, served };
}

async function testStaging(release: Release, served: TargetStatus): Promise<StagingProof> {
  const { baseUrl, headers } = served;
  const { controls, ledger, plan } = release;
  await controls.pausePoint();
  await ledger.enter('integrationTests', { for: 'integration tests' });
  const tested = await mustPass(release, plan.integration, [], baseUrlVariables(served), plan.staging);
  const tests = tested.tests === undefined ? 'all' : `${tested.tests.passed} tests`;
  ledger.gate('integration', true, `${tests} passed against ${baseUrl}`);

  await controls.pausePoint();
  await ledger.enter('loadTest', { for: 'the load test' });
  const { result } = await loadTestOf(plan.loadTest.timeoutMs).runLoadTest({
    run: runContext(release, plan.staging),
    spec: plan.loadTest,
    baseUrl,
    ...(headers === undefined ? {} : { headers }),
  });
  ledger.gate('load', result.passed, result.reason);
  if (!result.passed) throw fail(`load test: ${result.reason}`);
  return { loadTest: result, ...(tested.log === undefined ? {} : { integrationLog: tested.log }) };
}
