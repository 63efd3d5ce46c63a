import type { CiRunResult } from '../../../core/ci.ts';
import { readDocument } from '../../../activities/store/read-document.ts';
import { documentKeys } from '../../../core/ids.ts';
import { sums } from '../../../core/monitoring/aggregate.ts';
import { ciFacts, ciSamples } from '../../../core/monitoring/ci-samples.ts';
import type { CiFacts } from '../../../core/monitoring/ci-samples.ts';
import type { Sample } from '../../../core/monitoring/metric.ts';
import { recordMetrics } from '../../../core/monitoring/record-metrics.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { ReadOnce } from './executions.ts';
import type { Execution } from './executions.ts';

/** Tells of CI runs; the report of each is read once. One that was terminated has none. */
export function createCiReader(store: ArtifactStore) {
  const ended = new ReadOnce<CiFacts>();

  const factsOf = async ({ id, runId }: Execution): Promise<CiFacts | null> => {
    const result = await readDocument<CiRunResult>(store, documentKeys.ciRunOnce(id, runId));
    return result === null ? null : ciFacts(result);
  };

  return async (executions: readonly Execution[], now: number): Promise<readonly Sample[]> => {
    const runs = executions.filter(({ type }) => type === 'ciRun');
    const closed = runs.filter((run) => !run.open);
    const facts = await ended.all(new Map(closed.map((run) => [run.runId, () => factsOf(run)])));
    return [
      ...sums(
        recordMetrics.ciRunsOpen,
        runs.map(({ id, open }) => [{ project: projectOf(id) }, open ? 1 : 0]),
      ),
      ...ciSamples(facts, now),
    ];
  };
}

/** The project in `ci/<project>/<commit>`. */
const projectOf = (id: string): string => id.slice(id.indexOf('/') + 1, id.lastIndexOf('/'));
