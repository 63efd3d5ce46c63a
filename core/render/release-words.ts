/** The words that people read for phases, outcomes and gates. */
import type { CompensationResult, GateResult, ReleaseOutcome, ReleasePhase } from '../release.ts';

export const phaseWords: Readonly<Record<ReleasePhase, string>> = {
  starting: 'starting',
  training: 'training on all data',
  evaluating: 'evaluating the candidate',
  registering: 'registering the candidate',
  gating: 'gating against the minimum and the champion',
  waitingForStagingLane: 'waiting for the staging lane',
  staging: 'deploying to staging',
  integrationTests: 'integration tests',
  loadTest: 'load test',
  waitingForApproval: 'waiting for approval',
  waitingForProductionLane: 'waiting for the production lane',
  deploying: 'deploying to production',
  canary: 'canary',
  preview: 'checks before the switch',
  fullRollout: 'full rollout',
  promoting: 'promoting to champion',
  stabilizing: 'stabilization watch',
  undoing: 'undoing',
  ended: 'ended',
};

export const gateWords: Readonly<Record<GateResult['gate'], string>> = {
  ci: 'CI run',
  training: 'training',
  registration: 'registration',
  metrics: 'metrics',
  staging: 'staging',
  integration: 'integration tests',
  load: 'load test',
  approval: 'approval',
  canary: 'canary',
  preview: 'preview',
  stabilization: 'stabilization',
};

/** A sentence without its full stop: `rolled back: errors 10.4 % of 412 requests …`. */
export const outcomeSentence = (outcome: ReleaseOutcome): string => {
  switch (outcome.kind) {
    case 'released':
      return 'released';
    case 'rejected':
      return `rejected by ${outcome.by}: ${outcome.reason}`;
    case 'rolledBack':
      return `rolled back: ${outcome.reason}`;
    case 'superseded':
      return `superseded by ${outcome.by}`;
    case 'failed':
      return `failed: ${outcome.reason}`;
  }
};

/** `undone, 4 of 4 verified`, or null when nothing had to be undone. */
export const undoneSentence = (compensations: readonly CompensationResult[]): string | null => {
  if (compensations.length === 0) return null;
  const verified = compensations.filter((compensation) => compensation.verified).length;
  return `undone, ${verified} of ${compensations.length} verified`;
};
