import { patched, sleep } from '@temporalio/workflow';
import type { EarlierAttempt, RunStepInput } from '../activities/contracts.ts';
import { memorySettings, nextAttempt } from '../core/retry.ts';
import type { EndedAttempt, StepAttempt } from '../core/retry.ts';
import type { StepOutcome, StepSpec } from '../core/step.ts';
import { summaryOf } from '../core/summary.ts';
import { attemptOf, stepOf } from './activities.ts';
import { endOfError, endOfOutcome } from './attempt-end.ts';
import type { AttemptEnd } from './attempt-end.ts';

/** How the newest attempts ended is told to the next one; the ledger has the others already. */
const earlierTold = 10;

type StepRun = Pick<RunStepInput, 'run' | 'step' | 'inputs' | 'extraEnv'>;

/**
 * Runs a step until it passes or the budget for what it ended by is spent: each attempt is an activity of its own,
 * so that each can be seen, and be given other settings. `tell` hears of each attempt after the first.
 * @throws CancelledFailure; what an attempt throws becomes an outcome (but for runs that version 0.1.0 began)
 */
export async function runInAttempts(
  given: StepRun,
  tell: (attempt: StepAttempt) => void,
): Promise<StepOutcome> {
  const { step } = given;
  if (!patched('retry-budgets')) return stepOf(step).runStep(given);
  const ended: EndedAttempt[] = [];
  const earlier: EarlierAttempt[] = [];
  let attempt: StepAttempt = { number: 1, rungs: [], why: '' };
  let settings = { rungs: 0, timeoutMs: step.timeoutMs };
  for (;;) {
    const from = new Date().toISOString();
    const end = await tryOnce(given, attempt, settings, earlier.slice(-earlierTold));
    if (end.kind === null) return end.outcome;
    const to = new Date().toISOString();
    ended.push({ kind: end.kind, final: end.final, checkpoint: end.checkpoint });
    const next = nextAttempt(step, ended);
    if (!next.again) return withReason(end.outcome, next.reason);
    earlier.push({ number: attempt.number, ended: end.kind, reason: end.reason.slice(0, 300), from, to });
    attempt = { number: attempt.number + 1, rungs: memorySettings(step, next.rungs).rungs, why: next.why };
    settings = next;
    tell(attempt);
    if (next.waitMs > 0) await sleep(next.waitMs, { summary: summaryOf(`${step.name}: ${next.why}`) });
  }
}

async function tryOnce(
  given: StepRun,
  attempt: StepAttempt,
  { rungs, timeoutMs }: { readonly rungs: number; readonly timeoutMs: number },
  earlier: readonly EarlierAttempt[],
): Promise<AttemptEnd> {
  const step: StepSpec = { ...given.step, timeoutMs };
  const from = Date.now();
  try {
    const outcome = await attemptOf(step, attempt).runStep({
      ...given,
      step,
      attempt: attempt.number,
      rungs,
      earlier,
    });
    return endOfOutcome(outcome);
  } catch (error) {
    return endOfError(error, (Date.now() - from) / 1000);
  }
}

function withReason(outcome: StepOutcome, attempts: string): StepOutcome {
  if (attempts === '' || outcome.status === 'passed') return outcome;
  return { ...outcome, reason: `${outcome.reason} (${attempts})` };
}
