/** What a release says of itself when it asks for a lane, and an undo. */
import { workflowInfo } from '@temporalio/workflow';
import { canaryStages } from '../../core/canary.ts';
import type { ReleasePlan } from '../../core/release.ts';
import type { Release } from './context.ts';
import type { LaneClaim } from './lanes.ts';

/** How long an environment may take to have replicas ready (the guide's figures). */
export const readyWithinMs = { staging: 300_000, production: 600_000 } as const;

/** Nobody waits for an undo to be let in: no freeze, and no release before it. */
export const undoClaim: LaneClaim = { urgency: 'undo' };

export const stagingClaim = (release: Release): LaneClaim => ({
  ...claimOf(release),
  plannedMs: readyWithinMs.staging + release.plan.integration.timeoutMs + release.plan.loadTest.timeoutMs,
});

export const productionClaim = (release: Release): LaneClaim => ({
  ...claimOf(release),
  ...(release.plan.lane?.hotfixMayInterruptCanary === true ? { interruptible: true } : {}),
  plannedMs: plannedMs(release.plan),
});

const claimOf = ({ input, plan }: Release): LaneClaim => ({
  project: input.project,
  startedAt: workflowInfo().startTime.toISOString(),
  ...(input.hotfix === true ? { urgency: 'hotfix' } : {}),
  ...(plan.lane?.supersede === true ? { supersedes: true } : {}),
});

/** Each watch to the end of its extension, and replicas that take as long as they may at every weight. */
function plannedMs({ canary, blueGreen, stabilization }: ReleasePlan): number {
  const stages = blueGreen === undefined ? canaryStages(canary).length : 1;
  const proving =
    blueGreen === undefined
      ? canary.durationMs + canary.watch.maxExtensionMs
      : (blueGreen.preview?.timeoutMs ?? 0);
  const stable = Math.max(stabilization.durationMs, blueGreen?.keepOldMs ?? 0);
  return proving + stable + stabilization.watch.maxExtensionMs + (stages + 2) * readyWithinMs.production;
}
