import { documentKeys } from '../../core/ids.ts';
import type { StepFacts } from '../../core/step.ts';
import type { TestRun } from '../../core/test-history.ts';
import type { Attempt } from './attempt.ts';

/**
 * Keeps what this run of the step tells of its tests; written again, by a later attempt, it is replaced. A store that is
 * away by now does not undo what the step did: that is a note.
 */
export async function keepTestHistory(
  { deps, input, redactor }: Attempt,
  { tests, flaky = [] }: StepFacts,
): Promise<readonly string[]> {
  if (tests === undefined || input.run.untrusted === true) return [];
  const { id, runId, project, commit } = input.run;
  const run: TestRun = {
    at: new Date().toISOString(),
    ...{ project, step: input.step.name, commit, run: id },
    ...{ tests, flaky },
  };
  const key = documentKeys.testHistory(project, input.step.name, runId ?? id);
  try {
    await deps.store.writeDocument(key, JSON.stringify(run));
    return [];
  } catch (error) {
    return [redactor.text(`the history of its tests lacks this run: ${String(error)}`)];
  }
}
