import { allHandlersFinished, CancellationScope, condition, log } from '@temporalio/workflow';
import { sourceSaid } from '../core/render/source-words.ts';
import type { ReleaseInput, ReleaseOutcome, ReleaseRecord } from '../core/release.ts';
import { git, records, registry } from './activities.ts';
import { failureReason } from './failure-reason.ts';
import { getApproval, passGate } from './release/approval.ts';
import { makeCandidate } from './release/candidate.ts';
import type { Candidate } from './release/candidate.ts';
import { Compensations } from './release/compensations.ts';
import { laneOf } from './release/context.ts';
import type { Release } from './release/context.ts';
import { Controls } from './release/controls.ts';
import { productionClaim } from './release/lane-claims.ts';
import type { HeldLanes } from './release/lanes.ts';
import { Ledger, newRecord } from './release/ledger.ts';
import { fail, outcomeOf, ReleaseStopped } from './release/outcome.ts';
import { rollOut } from './release/production.ts';
import { proveInStaging } from './release/staging.ts';
import type { StagingProof } from './release/staging.ts';

/**
 * One candidate's way from training to production. Ends in exactly one outcome; anything but `released` is
 * undone in reverse, read back, and counted in the record that this resolves to.
 */
export async function release(input: ReleaseInput): Promise<ReleaseRecord> {
  const ledger = new Ledger(newRecord(input));
  const compensations = new Compensations(ledger);
  const way = new CancellationScope();
  const controls = new Controls(ledger, () => {
    way.cancel();
  });
  controls.listen();

  let going: Release | undefined;
  let outcome: ReleaseOutcome = { kind: 'released' };
  try {
    await way.run(async () => {
      going = await begin(input, { ledger, controls, compensations });
      await toProduction(going);
    });
    controls.closed = true;
  } catch (error) {
    outcome = outcomeOf(error, controls, touchedProduction(going));
    way.cancel();
    await CancellationScope.nonCancellable(() => ledger.enter('undoing', { for: 'the compensations' }));
    await compensations.run();
    controls.closed = true;
  }
  await CancellationScope.nonCancellable(async () => {
    await end(ledger, controls.lanes, outcome);
    await condition(allHandlersFinished);
  });
  return ledger.record;
}

type Parts = Pick<Release, 'ledger' | 'controls' | 'compensations'>;

/** Resolves the plan at the commit, and refuses a commit whose CI run has not passed. */
async function begin(input: ReleaseInput, parts: Parts): Promise<Release> {
  const { ledger } = parts;
  await ledger.enter('starting', { for: 'the commit’s configuration' });
  const ci = await records('has CI passed').loadCiRun({ id: ledger.record.ciRun });
  if (ci?.source !== undefined) {
    const reason = `CI ran for ${sourceSaid(ci.source)}, and only a commit can be released`;
    ledger.gate('ci', false, reason);
    throw fail(`${reason}; commit the changes, push them, and run: longhaul ci run`);
  }
  const state = ci === null ? 'has not run' : ci.passed ? 'passed' : 'failed';
  ledger.gate('ci', state === 'passed', `CI ${state} for ${input.commit.slice(0, 12)}`);
  if (state !== 'passed') {
    throw fail(
      `CI ${state} for this commit; run: longhaul ci run --project ${input.project} --commit ${input.commit}`,
    );
  }
  const { release: plan, configDigest } = await git('read longhaul.yaml at the commit').resolvePlan({
    project: input.project,
    commit: input.commit,
  });
  if (plan === undefined) throw fail('longhaul.yaml has no release part');
  const sequel = plan.onRollback === undefined ? {} : { onRollback: plan.onRollback };
  ledger.note({ model: plan.model, configDigest, guardrails: plan.canary.watch.guardrails, ...sequel });
  return { ...parts, input, plan, configDigest };
}

async function toProduction(going: Release): Promise<void> {
  const { controls, ledger, plan } = going;
  const candidate = await makeCandidate(going);
  let champion = await passGate(going, candidate);
  const proof = await proveInStaging(going, candidate);

  const lane = laneOf(going, plan.production);
  champion = await approveUnderLane(going, candidate, proof, champion);
  ledger.inEnvironment(lane.environment);
  await controls.pausePoint();
  await rollOut(going, candidate, champion);
}

/**
 * Resolves, holding the production lane, once the champion is still the one that the approval was for.
 * If it changed while people and lanes were waited for, the gate and the approval are asked again.
 */
async function approveUnderLane(
  going: Release,
  candidate: Candidate,
  proof: StagingProof,
  gatedAgainst: string | null,
): Promise<string | null> {
  const { controls, ledger, plan } = going;
  const lane = laneOf(going, plan.production);
  let champion = gatedAgainst;
  for (;;) {
    await getApproval(going, candidate, proof, champion);
    await ledger.enter('waitingForProductionLane', { for: `lane ${lane.environment}` });
    await controls.lanes.take(lane, productionClaim(going));
    const now = await registry('who is champion').describeAlias({ model: plan.model, alias: 'champion' });
    const current = now?.version.version ?? null;
    if (current === champion) return champion;
    await controls.lanes.leave(lane);
    if (Number(current) > Number(candidate.version.version)) {
      throw new ReleaseStopped({
        kind: 'superseded',
        by: now?.version.tags['longhaul.release'] ?? `version ${current}`,
      });
    }
    champion = await passGate(going, candidate);
  }
}

const touchedProduction = (going: Release | undefined): boolean =>
  going !== undefined &&
  going.ledger.record.snapshots.some(({ lane }) => lane.environment === going.plan.production.name);

async function end(ledger: Ledger, lanes: HeldLanes, outcome: ReleaseOutcome): Promise<void> {
  await lanes.leaveAll();
  await tellRegistry(ledger.record, outcome);
  ledger.note({ outcome });
  await ledger.enter('ended');
}

/** For readers of the registry. A version that somebody deleted meanwhile must not cost the release its end. */
async function tellRegistry(
  { candidateVersion: version, model }: ReleaseRecord,
  { kind }: ReleaseOutcome,
): Promise<void> {
  if (version === undefined) return;
  try {
    await registry('tag the version').tagVersion({ model, version, tags: { 'longhaul.outcome': kind } });
  } catch (error) {
    log.warn('the outcome is not told in the registry', { model, version, reason: failureReason(error) });
  }
}
