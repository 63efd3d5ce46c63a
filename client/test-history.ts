import { documentKeys } from '../core/ids.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { TestRun } from '../core/test-history.ts';
import { readDocument } from '../activities/store/read-document.ts';

/** What is kept of the tests of one project, or of all; of one step, or of all. */
export async function readTestRuns(
  store: ArtifactStore,
  { project, step }: { readonly project?: string | undefined; readonly step?: string | undefined },
): Promise<readonly TestRun[]> {
  const all = documentKeys.testHistory('', '', '').replace(/\/+$/, '/');
  const keys = await store.listDocuments(project === undefined ? all : `${all}${project}/`);
  const runs = await Promise.all(keys.map((key) => readDocument<TestRun>(store, key)));
  return runs.filter((run) => run !== null).filter((run) => step === undefined || run.step === step);
}
