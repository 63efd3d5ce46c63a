import type { CiRunResult } from '../../../core/ci.ts';
import { readDocument } from '../../../activities/store/read-document.ts';
import { documentKeys, rollbackId } from '../../../core/ids.ts';
import type { Sample } from '../../../core/monitoring/metric.ts';
import {
  endedRelease,
  endedSamples,
  openRelease,
  openSamples,
} from '../../../core/monitoring/release-samples.ts';
import type { EndedRelease } from '../../../core/monitoring/release-samples.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { ReleaseRecord } from '../../../core/release.ts';
import { ReadOnce } from './executions.ts';
import type { Execution } from './executions.ts';

/** Tells of releases: an open one's record is read each time, an ended one's once, and again after a rollback. */
export function createReleaseReader(store: ArtifactStore) {
  const known = new ReadOnce<EndedRelease>();
  const recordOf = (id: string): Promise<ReleaseRecord | null> =>
    readDocument<ReleaseRecord>(store, documentKeys.release(id));

  const endOf = async ({ id }: Execution): Promise<EndedRelease | null> => {
    const record = await recordOf(id);
    if (record === null) return null;
    const ci = await readDocument<CiRunResult>(store, documentKeys.ciRun(record.ciRun));
    return endedRelease(record, ci?.startedAt ?? null);
  };

  return async (executions: readonly Execution[], now: number): Promise<readonly Sample[]> => {
    const releases = executions.filter(({ type }) => type === 'release');
    const rollbacks = Map.groupBy(
      executions.filter(({ type, open }) => type === 'rollback' && !open),
      ({ id }) => id,
    );
    const keyOf = ({ id, runId }: Execution): string =>
      [runId, ...(rollbacks.get(rollbackId(id)) ?? []).map((rollback) => rollback.runId)].join(' ');
    const closed = releases.filter(({ open }) => !open);
    const open = await Promise.all(releases.filter((one) => one.open).map(({ id }) => recordOf(id)));
    const ended = await known.all(new Map(closed.map((one) => [keyOf(one), () => endOf(one)])));
    return [
      ...openSamples(open.filter((record) => record !== null).map(openRelease), now),
      ...endedSamples(ended, now),
    ];
  };
}
