import { armVariables } from '../../core/arm-variables.ts';
import type { Evidence, ImageFacts } from '../../core/release.ts';
import { fillVariables } from '../../core/variables.ts';
import { records, registry } from '../activities.ts';
import { askPeople } from './ask-people.ts';
import type { Candidate } from './candidate.ts';
import type { Release } from './context.ts';
import { fail } from './outcome.ts';
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

/** Binds what was shown so far into one digest, and waits for people's answers to exactly that. */
export async function getApproval(
  release: Release,
  candidate: Candidate,
  proof: StagingProof,
  championVersion: string | null,
): Promise<Evidence> {
  const { input, ledger, plan } = release;
  const before = ledger.record.evidence;
  const { image: tested, ...proven } = proof;
  const image = productionImage(release, candidate, tested);
  const evidence = await records('seal the evidence').sealEvidence({
    commit: input.commit,
    configDigest: release.configDigest,
    data: candidate.data,
    ciRun: ledger.record.ciRun,
    candidateVersion: candidate.version.version,
    championVersion,
    metrics: candidate.metrics,
    ...proven,
    ...(image === undefined ? {} : { image }),
  });
  ledger.note({ evidence });
  await showAsChallenger(release, candidate);
  if (!plan.approval.required) {
    ledger.gate('approval', true, 'no approval is required here');
    return evidence;
  }
  await askPeople(release, evidence, before);
  return evidence;
}

/** The image that production would run, where it is on a cluster, with what staging ran under the same name. */
function productionImage(
  { input, plan }: Release,
  { version }: Candidate,
  tested: ImageFacts | undefined,
): ImageFacts | undefined {
  const { container } = plan.serve;
  if (container === undefined || plan.production.deployment === undefined) return undefined;
  const variables = armVariables({ ...version, commit: input.commit }, plan.production.name);
  const reference = fillVariables(container.image, variables).text;
  return tested?.reference === reference ? tested : { reference };
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
