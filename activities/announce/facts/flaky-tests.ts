import type { CiStepResult } from '../../../core/ci.ts';
import { documentKeys } from '../../../core/ids.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { factsOf } from '../../../core/render/step-words.ts';
import { flakyHistory } from '../../../core/test-history.ts';
import type { FlakyHistory, TestRun } from '../../../core/test-history.ts';
import { readDocument } from '../../store/read-document.ts';

/** Runs of a step that are looked at. Temporal's ids of runs begin with their time. */
const mostRuns = 100;

/** How often tests were flaky before, of the steps that have flaky tests in this run. */
export async function readFlakyHistory(
  store: Pick<ArtifactStore, 'listDocuments' | 'readDocument'>,
  project: string,
  results: readonly CiStepResult[],
): Promise<readonly FlakyHistory[]> {
  const steps = results.filter(({ outcome }) => (factsOf(outcome)?.flaky ?? []).length > 0);
  const runs = await Promise.all(
    steps.map(async ({ name }) => {
      const keys = await store.listDocuments(documentKeys.testHistory(project, name, ''));
      const newest = keys.toSorted().slice(-mostRuns);
      return Promise.all(newest.map((key) => readDocument<TestRun>(store, key)));
    }),
  );
  return flakyHistory(runs.flat().filter((run) => run !== null));
}
