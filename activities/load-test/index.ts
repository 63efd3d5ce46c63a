import type { LoadTestActivities } from '../contracts.ts';
import { runLoadTest } from './run-load-test.ts';
import type { LoadTestDeps } from './run-load-test.ts';

export type { LoadTestDeps } from './run-load-test.ts';

/** Load tests by k6, on the queue deploy. */
export function createLoadTestActivities(deps: LoadTestDeps): LoadTestActivities {
  return { runLoadTest: (input) => runLoadTest(deps, input) };
}
