import type { StepActivities } from '../contracts.ts';
import type { StepDeps } from './attempt.ts';
import { runStep } from './run-step.ts';

export { endLostAttempts } from './lost-attempts.ts';
export type { StepDeps } from './attempt.ts';

/** Activities of the queues `steps` and `gpu`. */
export function createStepActivities(deps: StepDeps): StepActivities {
  return { runStep: (input) => deps.caches.lend(() => runStep(deps, input)) };
}
