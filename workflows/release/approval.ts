import { condition } from '@temporalio/workflow';
import type { Evidence } from '../../core/release.ts';
import { records, registry } from '../activities.ts';
import type { Candidate } from './candidate.ts';
import type { Release } from './context.ts';
import { fail, ReleaseStopped } from './outcome.ts';
import type { StagingProof } from './staging.ts';
import { undoChallenger } from './undo.ts';

/** The gate against minimum and champion, before anything is deployed. */
export async function passGate(release: Release, candidate: Candidate): Promise<string | null> {
  const { ledger, plan } = release;
  await ledger.enter('gating', { for: 'the gate' });
  const judged = await registry('gate against minimum and champion').judgeCandidate({
    model: plan.model,
    metrics: candidate.metrics,
    minimum: plan.minimum,
    noWorseThanChampionBy: plan.noWorseThanChampionBy,
  });
  ledger.note({ championVersion: judged.championVersion });
  ledger.gate('metrics', judged.passed, judged.evidence);
  if (!judged.passed) throw fail(`gate: ${judged.evidence}`);
  return judged.championVersion;
}

/** Binds what was shown so far into one digest, and waits for a person's answer to exactly that. */
export async function getApproval(
  release: Release,
  candidate: Candidate,
  proof: StagingProof,
  championVersion: string | null,
): Promise<Evidence> {
  const { controls, input, ledger, plan } = release;
  const evidence = await records('seal the evidence').sealEvidence({
    commit: input.commit,
    configDigest: release.configDigest,
    data: candidate.data,
    ciRun: ledger.record.ciRun,
    candidateVersion: candidate.version.version,
    championVersion,
    metrics: candidate.metrics,
    ...proof,
  });
  controls.decision = undefined;
  ledger.note({ evidence });
  await showAsChallenger(release, candidate);
  if (!plan.approval.required) {
    ledger.gate('approval', true, 'no approval is required here');
    return evidence;
  }
  await ledger.enter('waitingForApproval', {
    for: 'a person’s approval',
    next: `longhaul release approve ${ledger.record.id}`,
  });
  await condition(() => controls.decision !== undefined, plan.approval.expiresMs);
  return heed(release, evidence);
}

function heed({ controls, ledger }: Release, evidence: Evidence): Evidence {
  const { decision } = controls;
  if (decision === undefined) {
    ledger.gate('approval', false, 'nobody answered before the approval expired');
    throw new ReleaseStopped({
      kind: 'rejected',
      by: 'expiry',
      reason: 'nobody answered before the approval expired',
    });
  }
  const comment = decision.comment === '' ? '' : `: ${decision.comment}`;
  ledger.gate(
    'approval',
    decision.decision === 'approved',
    `${decision.decision} by ${decision.by} (${decision.provider}, unverified)${comment}`,
  );
  if (decision.decision === 'rejected') {
    throw new ReleaseStopped({
      kind: 'rejected',
      by: decision.by,
      reason: decision.comment || 'no reason given',
    });
  }
  return evidence;
}

/** Other readers of the registry see what is up for approval under the alias `challenger`. */
async function showAsChallenger(
  { compensations, ledger, plan }: Release,
  candidate: Candidate,
): Promise<void> {
  const { version } = candidate.version;
  const before = await registry('who is challenger').describeAlias({
    model: plan.model,
    alias: 'challenger',
  });
  if (before?.version.version === version) return;
  compensations.plan('alias challenger', () =>
    undoChallenger(candidate.version, before?.version.version ?? null),
  );
  await registry('set the alias challenger').setAlias({ model: plan.model, alias: 'challenger', version });
  await ledger.save();
}
