import type { StepOutcome, StepSpec } from '../step.ts';

const marks: Record<StepOutcome['status'] | 'running' | 'waiting', string> = {
  passed: '✅ passed',
  failed: '❌ failed',
  timedOut: '⏱️ timed out',
  cancelled: '⛔ cancelled',
  skipped: '➖ skipped',
  running: '⏳ running',
  waiting: '· waiting',
};

/** Markdown table of a CI run's steps, as the Temporal UI shows it while the run goes on. */
export function ciDetails(
  steps: readonly Pick<StepSpec, 'name'>[],
  outcomes: ReadonlyMap<string, StepOutcome>,
  running: ReadonlySet<string>,
): string {
  const rows = steps.map(({ name }) => {
    const outcome = outcomes.get(name);
    const state = outcome === undefined ? (running.has(name) ? 'running' : 'waiting') : outcome.status;
    return `| ${name} | ${marks[state]} | ${outcome === undefined ? '' : noteOf(outcome)} |`;
  });
  return ['| step | state | |', '|---|---|---|', ...rows].join('\n');
}

const noteOf = (outcome: StepOutcome): string => {
  if (outcome.status === 'passed') return `${outcome.seconds.toFixed(1)} s`;
  return outcome.reason.replaceAll('|', '\\|').replaceAll('\n', ' ');
};
