import { registry } from '../activities.ts';
import type { Candidate } from './candidate.ts';
import type { Release } from './context.ts';
import { undoChallenger } from './undo.ts';
import type { RunningWatch } from './watch.ts';

/** Only now: other readers of `champion` never get an unproven model. */
export async function becomeChampion(
  { ledger, plan }: Release,
  candidate: Candidate,
  expected: string | null,
): Promise<void> {
  await ledger.enter('promoting', { for: 'the model registry' });
  const { version } = candidate.version;
  await registry('move the alias champion').setAlias({
    model: plan.model,
    alias: 'champion',
    version,
    expected,
  });
  await undoChallenger(candidate.version, null);
}

/** The last watch, with the champion still warm beside: as long as that is to be kept. */
export async function stabilize({ ledger }: Release, watch: RunningWatch, durationMs: number): Promise<void> {
  await ledger.enter('stabilizing', { for: 'the stabilization watch' });
  await watch.bake(durationMs);
  const { verdict } = await watch.conclude();
  ledger.gate('stabilization', true, verdict.reason);
}
