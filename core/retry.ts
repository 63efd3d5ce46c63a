/** How often a step is tried again, and with which settings. */
import type { RetryBudgets, StepSpec } from './step.ts';

/** The budgets of a step, also of one that version 0.1.0 planned. */
export const budgetsOf = ({ retries, attempts = 1 }: Pick<StepSpec, 'retries' | 'attempts'>): RetryBudgets =>
  retries ?? { preemption: 0, infrastructure: attempts - 1, code: 0 };
