import { failedStartsAllowed } from '../../core/serving.ts';
import type { ArmStatus, TargetStatus } from '../../core/serving.ts';

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'waiting'; readonly told: string }
  | { readonly kind: 'broken'; readonly reason: string };

export interface ReadinessQuestion {
  readonly armId: string;
  readonly replicas: number;
  /** Restarts of the arm when the wait began. */
  readonly restartsBefore: number;
}

/** Whether enough replicas of an arm are ready, may still get ready, or will not. */
export function judgeReadiness(status: TargetStatus, question: ReadinessQuestion): Readiness {
  const arm = armOf(status, question.armId);
  if (arm === undefined) return { kind: 'broken', reason: `${question.armId} was taken away` };
  if (arm.ready >= question.replicas) return { kind: 'ready' };
  const told = `${arm.ready} of ${question.replicas} replicas of ${arm.id} are ready`;
  if (arm.hopeless === true) return { kind: 'broken', reason: `${told}${because(arm)}` };
  const failed = arm.restarts - question.restartsBefore;
  if (failed >= failedStartsAllowed)
    return { kind: 'broken', reason: `${told} after ${failed} failed starts${because(arm)}` };
  return { kind: 'waiting', told: `${told}${because(arm)}` };
}

export const armOf = (status: TargetStatus, armId: string): ArmStatus | undefined =>
  status.arms.find(({ id }) => id === armId);

const because = ({ problem }: ArmStatus): string => (problem === undefined ? '' : `: ${problem}`);
